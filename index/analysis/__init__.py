"""Lexical analysis: from a language to the words, terms and stop words of its texts.

The entry point is `analyzer_for`; everything it returns is an `index.protocols.Analyzer`.
"""

from index.analysis.languages import analyzer_for

__all__ = ["analyzer_for"]

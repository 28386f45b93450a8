"""Lexical analysis: from a language to the words, terms and stop words of its texts.

`analyzer_for` is the way in; everything it returns is an `index.protocols.Analyzer`.
"""

from index.analysis.languages import analyzer_for

__all__ = ["analyzer_for"]

"""Identify the language of a query by its function words, and remove them.

An article's own analyzer leaves out the function words of its language. Those of another language
are the rarest words there: in a German archive, "the" outweighs every name in an English query. So
if the language of a query is clear, its function words are removed before anything is searched. If
it is not, nothing is removed.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.protocols import Analyzer, Snapshot
from index.query import Bool, Boost, Node, ParsedQuery, Word, bare_words

LANGUAGES = (
    "ar", "da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pt", "ro", "ru", "sv", "tr",
)  # fmt: skip
"""Languages with a list of function words."""

LEAST_FUNCTION_WORDS = 2
LEAST_SHARE = 0.25
"""The share of a query's words that must be function words of its language."""

MOST_WORDS = 64
"""How much of a long text is examined."""


def language_of(parsed: ParsedQuery, snapshot: Snapshot) -> str | None:
    """Return the language of a query; None if its function words do not identify it."""
    words = [word.casefold() for word in bare_words(parsed.node)][:MOST_WORDS]
    if len(words) < LEAST_FUNCTION_WORDS + 1:
        return None
    counts = {
        language: sum(map(snapshot.analyzer(language).is_stop_word, words))
        for language in LANGUAGES
    }
    best, second = sorted(counts, key=lambda language: -counts[language])[:2]
    is_clear = counts[best] > counts[second] and counts[best] >= LEAST_FUNCTION_WORDS
    return best if is_clear and counts[best] >= LEAST_SHARE * len(words) else None


def without_function_words(parsed: ParsedQuery, language: str, snapshot: Snapshot) -> ParsedQuery:
    """Remove the bare function words of a language, unless nothing else remains."""
    node = _kept(parsed.node, snapshot.analyzer(language))
    return parsed if node is None else replace(parsed, node=node)


def _kept(node: Node, analyzer: Analyzer) -> Node | None:
    """Remove optional function words from `node`; None if it contains nothing else."""
    match node:
        case Word(text, None, False):
            return None if _is_function_word(text, analyzer) else node
        case Boost(inner, factor):
            kept = _kept(inner, analyzer)
            return None if kept is None else Boost(kept, factor)
        case Bool(must, should, must_not):
            required = tuple(_kept(part, analyzer) or part for part in must if not _is_word(part))
            words = tuple(part for part in must if _is_word(part))
            wished = tuple(kept for part in should if (kept := _kept(part, analyzer)) is not None)
            if should and not must and not wished:
                return None
            if len(wished) == 1 and not must and not must_not:
                return wished[0]
            return Bool((*words, *required), wished, must_not)
        case _:
            return node


def _is_word(node: Node) -> bool:
    return isinstance(node, Word)


def _is_function_word(text: str, analyzer: Analyzer) -> bool:
    words: Sequence[str] = analyzer.split(text)
    return bool(words) and all(map(analyzer.is_stop_word, words))

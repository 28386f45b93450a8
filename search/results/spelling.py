"""Did you mean: correct misspelt words, but only if the corrected query finds something.

A word is doubtful if no article contains it, or if a word one edit away is in at least `FAR_MORE`
times as many articles and the word itself is in at most `RARE`. A candidate is ranked by its number
of articles, divided by `PER_EDIT` for each edit. Words of fewer than four letters, words with
digits, stop words and other forms of the same word are left alone. Only the word is replaced;
quotes, fields and operators stay as typed. Nothing is suggested if most words would still be
unknown: correcting one word does not make sense of nonsense.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.errors import QueryError
from index.protocols import Analyzer, Snapshot, WordForm
from index.query import Node, ParsedQuery, Word, whole_words
from index.text.edits import edit_counter
from search.parse import spelled_parts

RARE = 5
FAR_MORE = 100
PER_EDIT = 30
LEAST_ARTICLES = 2
"""The fewest articles that must contain the replacement of a word found in none."""

MOST_WORDS = 12
"""Longer queries are left alone: they find something by their other words."""

MOST_REPLACED = 2
_LEAST_LETTERS = 4
_LETTERS_FOR_TWO_EDITS = 6
_TRIED = 3


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A doubtful word at `[start, end)` of the query, and candidates to replace it."""

    start: int
    end: int
    candidates: tuple[str, ...]


def correction(
    snapshot: Snapshot,
    query: str,
    parse: Callable[[str], ParsedQuery],
    restriction: Node | None = None,
) -> str | None:
    """Return the query with its doubtful words replaced, or None if there is no suggestion.

    Every replacement, and the query as a whole, matches an article within `restriction`.
    """
    doubts = list(_doubts(snapshot, query))
    if not 1 <= len(doubts) <= MOST_REPLACED:
        return None
    corrected = query
    for doubt in reversed(doubts):
        best = next((c for c in doubt.candidates if _finds(snapshot, Word(c), restriction)), None)
        if best is None:
            return None
        corrected = f"{corrected[: doubt.start]}{best}{corrected[doubt.end :]}"
    try:
        node = parse(corrected).node
    except QueryError:
        return None
    is_offered = _is_mostly_known(snapshot, corrected) and _finds(snapshot, node, restriction)
    return corrected if is_offered else None


def _is_mostly_known(snapshot: Snapshot, query: str) -> bool:
    """Return whether at least half of the words, not counting stop words, are in the archive."""
    analyzers = [snapshot.analyzer(language) for language in snapshot.stats().languages]
    words = [query[start:end] for start, end in _words(analyzers, query)]
    telling = [word for word in words if not any(one.is_stop_word(word) for one in analyzers)]
    return 2 * sum(map(bool, map(snapshot.word_frequency, telling))) >= len(telling)


def _finds(snapshot: Snapshot, node: Node, restriction: Node | None) -> bool:
    return snapshot.match(whole_words(node), 1, restriction).total > 0


def _doubts(snapshot: Snapshot, query: str) -> Iterator[_Doubt]:
    """Return the doubtful words that have candidates."""
    analyzers = [snapshot.analyzer(language) for language in snapshot.stats().languages]
    words = _words(analyzers, query)
    if len(words) > MOST_WORDS:
        return
    for start, end in words:
        word = query[start:end]
        if not _may_be_misspelt(word) or any(one.is_stop_word(word) for one in analyzers):
            continue
        articles = snapshot.word_frequency(word)
        if articles <= RARE:
            candidates = _candidates(snapshot, word, articles)
            if candidates:
                yield _Doubt(start, end, candidates)


def _words(analyzers: Sequence[Analyzer], query: str) -> list[tuple[int, int]]:
    """Return the positions of the words in the query; every language splits words alike."""
    if not analyzers:
        return []
    return [
        (start + begin, start + stop)
        for start, end in spelled_parts(query)
        for begin, stop in analyzers[0].spans(query[start:end])
    ]


def _may_be_misspelt(word: str) -> bool:
    """Return whether a word is long enough and consists of letters (and their marks) only."""
    letters = [char for char in word if unicodedata.category(char)[0] != "M"]
    return len(letters) >= _LEAST_LETTERS and all(map(str.isalpha, letters))


def _candidates(snapshot: Snapshot, word: str, articles: int) -> tuple[str, ...]:
    """Return what a word in `articles` articles may have been meant as, most likely first."""
    is_unknown = articles == 0
    max_edits = 2 if is_unknown and len(word) >= _LETTERS_FOR_TWO_EDITS else 1
    least = LEAST_ARTICLES if is_unknown else articles * FAR_MORE
    worth = {
        form.text: _worth(snapshot, word, form)
        for form in snapshot.similar_words(word, max_edits, LEAST_ARTICLES)
        if form.articles >= least
    }
    return tuple(sorted(worth, key=lambda text: (-worth[text], text))[:_TRIED])


def _worth(snapshot: Snapshot, word: str, form: WordForm) -> float:
    analyzer = snapshot.analyzer(form.language)
    edits = edit_counter()(analyzer.terms(word).surface, analyzer.terms(form.text).surface)
    return form.articles / float(PER_EDIT) ** edits

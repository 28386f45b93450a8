"""Words as written: those that begin with given letters, and those spelled similarly.

Both read the sorted tables of surface forms of every language and segment. A form is never returned
if no live article contains its term. Candidates are limited by their counts before any string is
read, so short prefixes cost no more than long ones.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.lexical.evaluate import LanguagePart, members
from index.lexical.matching import matching
from index.lexical.plan import Plan
from index.lexical.vocabulary import FUZZY_PREFIX
from index.protocols import Analyzer, WordForm
from index.runtime import deadline
from index.segment.postings import Postings
from index.segment.term_dictionary import TermDictionary
from index.text.edits import edit_counter

CONSIDERED = 64
"""The number of most frequent forms of one part that are examined."""

MOST_FORMS = 4_000
"""The number of most frequent forms of one part that are compared letter by letter."""

MOST_FIRST_LETTERS = 64
"""First letters tried in place of a wrong one; scripts with more get no corrections of it."""

_BYTES_PER_LETTER = 4

_FAR_FEWER = 16
"""If there are this many times fewer articles than list entries, they are looked up one by one."""

_LETTER_BITS = np.uint32(1) << (np.arange(256) % 32).astype(np.uint32)
"""Each byte as one bit of a set; bytes that share a bit only let more candidates through."""


@dataclass(frozen=True, slots=True)
class LanguageForms:
    """The surface forms of one language of a snapshot, in parts, one per segment."""

    analyzer: Analyzer
    parts: Sequence[LanguagePart]

    def completions(self, prefix: str, beside: Plan | None) -> list[WordForm]:
        """Forms that begin with `prefix`, by the number of live articles that contain them.

        With `beside`, only articles that match it count.
        """
        folded = self.analyzer.fold(prefix)
        if not folded:
            return []
        found = []
        for part in self.parts:
            positions = part.postings.surfaces.prefix_range(folded)
            counts = part.postings.surface_counts[positions.start : positions.stop]
            found.append((_most(counts, CONSIDERED) + positions.start).tolist())
        return self._counted(found, beside)

    def similar(self, word: str, max_edits: int, least: int, *, any_first: bool) -> list[WordForm]:
        """Forms within `max_edits` of `word` that occur at least `least` times in a part.

        They have a different index term from the word. They share its first letter or, with
        `any_first`, the two after it.
        """
        analysed = self.analyzer.terms(word)
        found = [
            [
                at
                for positions in _runs(part.postings.surfaces, analysed.surface, any_first)
                for at in _near(part.postings, positions, analysed.surface, max_edits, least)
            ]
            for part in self.parts
        ]
        forms = self._counted(found, None)
        return [form for form in forms if analysed.terms[0] != self._term(form)]

    def _term(self, form: WordForm) -> str:
        return self.analyzer.terms(form.text).terms[0]

    def frequency(self, word: str) -> int:
        """Live articles that contain the word itself or, if there are none, one of its parts."""
        terms = [weighted.term for weighted in self.analyzer.query_terms(word)]
        counts = (sum(part.document_frequency(term, None) for part in self.parts) for term in terms)
        return next((count for count in counts if count), 0)

    def _counted(self, found: Sequence[list[int]], beside: Plan | None) -> list[WordForm]:
        """The forms at the given positions of each part, counted over all parts."""
        known: dict[str, dict[int, int]] = {}
        for number, (part, positions) in enumerate(zip(self.parts, found, strict=True)):
            for place in positions:
                known.setdefault(part.postings.surfaces[place], {})[number] = place
        counters = [_counter(part, beside) for part in self.parts]
        forms = []
        for surface, places in known.items():
            deadline.check()
            articles, most, written = 0, -1, surface
            for number, (part, count_of) in enumerate(zip(self.parts, counters, strict=True)):
                table = part.postings
                position = places[number] if number in places else table.surfaces.find(surface)
                if position is None:
                    continue
                articles += count_of(int(table.surface_terms[position]))
                count = int(table.surface_counts[position])
                if count > most:
                    most, written = count, table.written[position]
            if articles:
                forms.append(WordForm(written, self.analyzer.language, articles))
        return forms


def _counter(part: LanguagePart, beside: Plan | None) -> Callable[[int], int]:
    """Return a function that counts a part's live articles (matching `beside`) with a term."""
    domain = None if beside is None else matching(part, beside)
    if domain is None:
        live = part.live
    else:
        live = np.zeros(len(part.columns), bool)
        live[domain] = True

    def count(term: int) -> int:
        listed = part.postings.docs[part.postings.posting_range(term)]
        if live is None:
            return len(listed)
        if domain is not None and _FAR_FEWER * len(domain) < len(listed):
            return len(members(listed, domain.astype(np.int32)))
        return int(np.count_nonzero(live.take(listed)))

    return count


def _most(counts: NDArray[np.int32], k: int) -> NDArray[np.int64]:
    """The indices of the k largest counts."""
    if len(counts) <= k:
        return np.arange(len(counts))
    found: NDArray[np.int64] = np.argpartition(counts, len(counts) - k)[len(counts) - k :]
    return found


def _runs(table: TermDictionary, surface: str, any_first: bool) -> Iterator[range]:
    """The ranges of a table in which to look for a misspelt word.

    With `any_first`, these include the ones for a first letter that is wrong, missing, superfluous
    or swapped with the second; the letters after it must then be right.
    """
    yield table.prefix_range(surface[:FUZZY_PREFIX])
    if not any_first:
        return
    begins = {surface[1:4], surface[1::-1] + surface[2:3]}
    for letter in islice(_first_letters(table), MOST_FIRST_LETTERS):
        begins |= {letter + surface[1:3], letter + surface[:2]}
    for begin in sorted(begins):
        if not begin.startswith(surface[:FUZZY_PREFIX]):
            yield table.prefix_range(begin)


def _first_letters(table: TermDictionary) -> Iterator[str]:
    """The letters with which strings of a table begin."""
    position = 0
    while position < len(table):
        letter = table[position][:1]
        yield letter
        position = table.prefix_range(letter).stop


def _near(table: Postings, positions: range, surface: str, max_edits: int, least: int) -> list[int]:
    """The positions of the forms in a range that are within `max_edits` of another folded word.

    A form is read only if its length and its set of letters allow so few edits: one edit adds at
    most one letter and removes at most one.
    """
    if not len(positions):
        return []
    per_edit = 1 if surface.isascii() else _BYTES_PER_LETTER
    bounds = table.surfaces.offsets[positions.start : positions.stop + 1]
    letters = _LETTER_BITS[table.surfaces.blob[bounds[0] : bounds[-1]]]
    sets = np.bitwise_or.reduceat(letters, bounds[:-1] - bounds[0])
    typed = np.frombuffer(surface.encode(), np.uint8)
    others = np.bitwise_count(sets ^ np.bitwise_or.reduce(_LETTER_BITS[typed]))
    counts = table.surface_counts[positions.start : positions.stop]
    fitting = np.flatnonzero(
        (np.abs(np.diff(bounds) - len(typed)) <= max_edits * per_edit)
        & (others <= 2 * max_edits * per_edit)
        & (counts >= least)
    )
    # One copy of the range and slices of it: single look-ups cost several times as much.
    text = table.surfaces.blob[bounds[0] : bounds[-1]].tobytes()
    starts, ends = (bounds[:-1] - bounds[0]).tolist(), (bounds[1:] - bounds[0]).tolist()
    edits = edit_counter()
    return [
        positions.start + at
        for at in fitting[_most(counts[fitting], MOST_FORMS)].tolist()
        if 0 < edits(text[starts[at] : ends[at]].decode(), surface) <= max_edits
    ]


def best_forms(
    languages: Mapping[str, LanguageForms],
    forms_of: Callable[[str, LanguageForms], list[WordForm]],
    k: int,
) -> list[WordForm]:
    """The k forms that are in the most articles, over all languages."""
    found = [form for language, forms in languages.items() for form in forms_of(language, forms)]
    return most_frequent(found, k)


def most_frequent(forms: Sequence[WordForm], k: int) -> list[WordForm]:
    """The k forms in the most articles; equal spellings in several languages are one form."""
    together: dict[str, WordForm] = {}
    for form in forms:
        known = together.get(form.text)
        articles = form.articles + (known.articles if known else 0)
        home = known.language if known and known.articles >= form.articles else form.language
        together[form.text] = WordForm(form.text, home, articles)
    return sorted(together.values(), key=lambda form: (-form.articles, form.text))[:k]

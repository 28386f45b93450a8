"""Words as people write them: what begins with some letters, what is spelled nearly alike.

Both read the sorted tables of surface forms of every language and segment. What no live article
holds is never given: a form is dropped where its term has no live article. Candidates are bounded
by counts before any string is read, so that short prefixes cost no more than long ones.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.local.evaluate import LanguagePart, members
from index.local.plan import Plan
from index.local.postings import Postings
from index.local.vocabulary import FUZZY_PREFIX
from index.protocols import Analyzer, WordForm

CONSIDERED = 64
"""The most frequent forms of one part that are looked at closely."""

MOST_FORMS = 50_000
"""The forms of one part that are compared letter by letter, the most frequent ones."""

_BYTES_PER_EDIT = 4
"""One letter more or less may be so many bytes of UTF-8."""


@dataclass(frozen=True, slots=True)
class LanguageForms:
    """The surface forms of one language of a snapshot: its parts, one per segment."""

    analyzer: Analyzer
    parts: Sequence[LanguagePart]

    def completions(self, prefix: str, beside: Plan | None) -> list[WordForm]:
        """Forms that begin with `prefix`, by the live articles that hold them.

        With `beside`, only articles that match it count.
        """
        folded = self.analyzer.fold(prefix)
        if not folded:
            return []
        found: set[str] = set()
        for part in self.parts:
            table = part.postings
            positions = table.surfaces.prefix_range(folded)
            counts = np.asarray(table.surface_counts[positions.start : positions.stop])
            best = _most(counts, CONSIDERED) + positions.start
            found.update(table.surfaces[position] for position in best.tolist())
        return self._counted(found, beside)

    def similar(self, word: str, max_edits: int, least: int) -> list[WordForm]:
        """Forms within `max_edits` of `word` that occur at least `least` times in a part.

        They share the first letter, and are indexed as another term than the word.
        """
        analysed = self.analyzer.terms(word)
        found: set[str] = set()
        for part in self.parts:
            found.update(_near(part.postings, analysed.surface, max_edits, least))
        forms = self._counted(found, None)
        return [form for form in forms if analysed.terms[0] != self._term(form)]

    def _term(self, form: WordForm) -> str:
        return self.analyzer.terms(form.text).terms[0]

    def frequency(self, word: str) -> int:
        """Live articles that hold the word itself or, where there are none, one of its parts."""
        terms = [weighted.term for weighted in self.analyzer.query_terms(word)]
        counts = (sum(part.document_frequency(term, None) for part in self.parts) for term in terms)
        return next((count for count in counts if count), 0)

    def _counted(self, surfaces: Iterable[str], beside: Plan | None) -> list[WordForm]:
        domains = [None if beside is None else part.evaluate(beside).docs for part in self.parts]
        forms = []
        for surface in sorted(surfaces):
            articles, most, written = 0, -1, surface
            for part, domain in zip(self.parts, domains, strict=True):
                position = part.postings.surfaces.find(surface)
                if position is None:
                    continue
                term = int(part.postings.surface_terms[position])
                articles += _holders(part, term, domain)
                count = int(part.postings.surface_counts[position])
                if count > most:
                    most, written = count, part.postings.written[position]
            if articles:
                forms.append(WordForm(written, self.analyzer.language, articles))
        return forms


def _holders(part: LanguagePart, term: int, domain: NDArray[np.int32] | None) -> int:
    """Live articles of a part (within `domain`) that hold a term."""
    docs = part.postings.docs[part.postings.posting_range(term)]
    if domain is None:
        if not part.has_deletions:
            return len(docs)
        domain = part.universe
    return len(members(docs, domain))


def _most(counts: NDArray[np.int32], k: int) -> NDArray[np.int64]:
    """Where the k largest counts stand."""
    if len(counts) <= k:
        return np.arange(len(counts))
    found: NDArray[np.int64] = np.argpartition(counts, len(counts) - k)[len(counts) - k :]
    return found


def _near(table: Postings, surface: str, max_edits: int, least: int) -> Iterator[str]:
    """The forms of a part within `max_edits` of a folded word, but not the word itself."""
    positions = table.surfaces.prefix_range(surface[:FUZZY_PREFIX])
    bounds = table.surfaces.offsets[positions.start : positions.stop + 1]
    sizes = np.abs(np.diff(bounds) - len(surface.encode()))
    counts = np.asarray(table.surface_counts[positions.start : positions.stop])
    slack = max_edits if surface.isascii() else max_edits * _BYTES_PER_EDIT
    fitting = np.flatnonzero((sizes <= slack) & (counts >= least))
    fitting = fitting[_most(counts[fitting], MOST_FORMS)] + positions.start
    forms = [table.surfaces[position] for position in fitting.tolist()]
    near = process.extract(surface, forms, scorer=OSA.distance, score_cutoff=max_edits, limit=None)
    for form, distance, _ in near:
        if distance:
            yield form


def best_forms(
    languages: Mapping[str, LanguageForms],
    forms_of: Callable[[str, LanguageForms], list[WordForm]],
    k: int,
) -> list[WordForm]:
    """The k forms in most articles over all languages; equal spellings are one form."""
    together: dict[str, WordForm] = {}
    for language, forms in languages.items():
        for form in forms_of(language, forms):
            known = together.get(form.text)
            articles = form.articles + (known.articles if known else 0)
            home = known.language if known and known.articles >= form.articles else language
            together[form.text] = WordForm(form.text, home, articles)
    return sorted(together.values(), key=lambda form: (-form.articles, form.text))[:k]

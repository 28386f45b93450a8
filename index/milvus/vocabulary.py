"""The words of one language of a generation, for planning queries and expanding patterns.

Answers come from the ledger and are cached for the lifetime of the snapshot.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from index.errors import QueryError
from index.ledger.words import Term, Words
from index.lexical import bm25
from index.lexical.bm25 import FieldStatistics
from index.lexical.vocabulary import FUZZY_PREFIX, MAX_EXPANSION, compiled
from index.query import TextField
from index.runtime import deadline
from index.segment.language_totals import LanguageTotals
from index.text.edits import is_within
from index.text.messages import Message

FrequencyOf = Callable[[int, TextField | None], int]
"""The number of articles with a term, given by number, in a field or anywhere."""

_UNKNOWN = Term(-1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class LedgerVocabulary:
    """`index.lexical.plan.Vocabulary` over the ledger. `mean_length` is that of the impacts.

    `frequency_of` counts instead of the ledger if not all articles count.
    """

    language: str
    words: Words
    totals: LanguageTotals
    mean_length: float
    frequency_of: FrequencyOf | None = None
    _terms: dict[str, Term] = field(default_factory=dict, compare=False, repr=False)
    _counted: dict[tuple[int, TextField | None], int] = field(
        default_factory=dict, compare=False, repr=False
    )

    def statistics(self, field: TextField | None) -> FieldStatistics:
        """Live articles of the language and their mean weighted length in the field."""
        articles = self.totals.articles
        match field:
            case TextField.TITLE:
                return FieldStatistics(articles, self.totals.title_length / max(1, articles))
            case TextField.BODY:
                return FieldStatistics(articles, self.totals.body_length / max(1, articles))
            case None:
                return FieldStatistics(articles, self.mean_length)

    def document_frequency(self, term: str, field: TextField | None) -> int:
        """The number of live articles with the term in the field."""
        known = self._term(term)
        if self.frequency_of is not None and known is not _UNKNOWN:
            asked = known.id, field
            if asked not in self._counted:
                self._counted[asked] = self.frequency_of(*asked)
            return self._counted[asked]
        match field:
            case TextField.TITLE:
                return known.in_title
            case TextField.BODY:
                return known.in_body
            case None:
                return known.articles

    def idf(self, document_frequency: int) -> float:
        """Inverse document frequency in this language."""
        return bm25.inverse_document_frequency(document_frequency, self.totals.articles)

    def number(self, term: str) -> int | None:
        """A term's number; None if no article ever contained it."""
        known = self._term(term)
        return None if known is _UNKNOWN else known.id

    def terms_of_prefix(self, prefix: str) -> tuple[str, ...]:
        """The terms of all surface forms that begin with a folded prefix."""
        return self._expand(prefix + "*", prefix, lambda form: True)

    def terms_of_pattern(self, pattern: str) -> tuple[str, ...]:
        """The terms of all surface forms that match a folded wildcard pattern."""
        prefix, expression = compiled(pattern)
        return self._expand(pattern, prefix, lambda form: expression.fullmatch(form) is not None)

    def terms_near(self, surface: str, max_edits: int) -> tuple[str, ...]:
        """The terms of all surface forms within `max_edits` of a folded word."""

        def is_near(form: str) -> bool:
            return is_within(form, surface, max_edits)

        return self._expand(f"{surface}~{max_edits}", surface[:FUZZY_PREFIX], is_near)

    def _term(self, term: str) -> Term:
        if term not in self._terms:
            self._terms[term] = self.words.terms(self.language, [term]).get(term, _UNKNOWN)
        return self._terms[term]

    def _expand(self, label: str, prefix: str, is_match: Callable[[str], bool]) -> tuple[str, ...]:
        forms = self.words.forms_with_prefix(self.language, prefix)
        deadline.check()
        found = {form.term for form in forms if is_match(form.form)}
        if len(found) > MAX_EXPANSION:
            raise QueryError(
                Message("'{0}' matches more than {1} words", label, MAX_EXPANSION),
                query=label,
                column=0,
                expected=Message("more letters before the wildcard"),
            )
        self._terms.update(self.words.terms(self.language, found - self._terms.keys()))
        return tuple(sorted(found))

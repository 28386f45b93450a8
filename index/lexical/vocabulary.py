"""The words of one language in a snapshot: statistics and the expansion of patterns.

Counts are over the live articles of all segments, so scores do not depend on how articles are
distributed over segments.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from index.errors import QueryError
from index.lexical import bm25
from index.lexical.bm25 import FieldStatistics
from index.lexical.evaluate import LanguagePart
from index.query import TextField
from index.runtime import deadline
from index.runtime.lru import LruCache
from index.segment.language_totals import LanguageTotals
from index.segment.term_dictionary import TermDictionary
from index.text.edits import is_within
from index.text.messages import Message

MAX_EXPANSION = 2048
"""The most surface forms that one pattern may match."""

FORMS_AT_ONCE = 4096
"""Surface forms compared between two checks of the deadline."""

FUZZY_PREFIX = 1
"""Leading letters that a fuzzy match shares with the word; typos are rare in the first."""


_REMEMBERED = 8192
"""Terms whose counts are cached."""


@dataclass(frozen=True, slots=True)
class SnapshotVocabulary:
    """`index.lexical.plan.Vocabulary` over the parts of one language."""

    parts: Sequence[LanguagePart]
    totals: LanguageTotals
    title_weight: float
    _frequencies: LruCache[tuple[str, TextField | None], int] = field(
        default_factory=lambda: LruCache(_REMEMBERED), compare=False, repr=False
    )
    """Cached counts: counting in a field reads a complete list, and the snapshot never changes."""

    def statistics(self, field: TextField | None) -> FieldStatistics:
        """Live articles of the language and their mean weighted length in the field."""
        match field:
            case TextField.TITLE:
                length: float = self.totals.title_length
            case TextField.BODY:
                length = self.totals.body_length
            case None:
                length = self.totals.title_length * self.title_weight + self.totals.body_length
        return FieldStatistics(self.totals.articles, length / max(1, self.totals.articles))

    def document_frequency(self, term: str, field: TextField | None) -> int:
        """The number of live articles with the term in the field."""
        return self._frequencies.get(
            (term, field), lambda: sum(part.document_frequency(term, field) for part in self.parts)
        )

    def idf(self, document_frequency: int) -> float:
        """Inverse document frequency in this language."""
        return bm25.inverse_document_frequency(document_frequency, self.totals.articles)

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

    def _expand(self, label: str, prefix: str, is_match: Callable[[str], bool]) -> tuple[str, ...]:
        found: set[str] = set()
        for part in self.parts:
            table: TermDictionary = part.postings.surfaces
            positions = table.prefix_range(prefix)
            for position, form in zip(positions, table.strings(positions), strict=True):
                if not position % FORMS_AT_ONCE:
                    deadline.check()
                if is_match(form):
                    found.add(part.postings.terms[int(part.postings.surface_terms[position])])
            if len(found) > MAX_EXPANSION:
                # Terms without live articles must not make a pattern too broad.
                found = {term for term in found if self.document_frequency(term, None)}
            if len(found) > MAX_EXPANSION:
                raise QueryError(
                    Message("'{0}' matches more than {1} words", label, MAX_EXPANSION),
                    query=label,
                    column=0,
                    expected=Message("more letters before the wildcard"),
                )
        return tuple(sorted(found))


def compiled(pattern: str) -> tuple[str, re.Pattern[str]]:
    """The literal prefix of a wildcard pattern, and the pattern as an expression.

    The text between two `*` is matched only at its first occurrence (an atomic group): if the rest
    does not match after that, it does not match after any later one. The cost therefore grows with
    the product of the lengths, regardless of the number of `*`.
    """
    parts: list[list[str]] = [[]]
    literal: list[str] = []
    is_literal = True
    characters = iter(pattern)
    for character in characters:
        if character in "*?":
            is_literal = False
            if character == "*":
                parts.append([])
            else:
                parts[-1].append(".")
            continue
        if character == "\\":
            character = next(characters, "\\")
        parts[-1].append(re.escape(character))
        if is_literal:
            literal.append(character)
    first, *others = ("".join(part) for part in parts)
    between = "".join(f"(?>.*?{part})" for part in others[:-1] if part)
    last = f".*{others[-1]}" if others else ""
    return "".join(literal), re.compile(first + between + last, re.DOTALL)

"""The vocabulary of an index on a server, in the ledger: terms, numbers and frequencies.

Terms have numbers because the server stores numbers; these belong to one generation. Frequencies
count live articles and change in the transaction of each commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.ledger.sql import Sql, Statements, batches

_ALL = 2**31 - 1

_LAST_CHARACTER = "\U0010ffff"
"""Sorts after everything that may follow a prefix."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term's number in its generation, and its numbers of live articles, by field."""

    id: int
    articles: int
    in_title: int
    in_body: int


@dataclass(frozen=True, slots=True)
class Form:
    """A folded word with its term, its usual spelling and its term's number of live articles."""

    form: str
    term: str
    written: str
    articles: int


class Words:
    """The vocabulary of one generation."""

    def __init__(self, sql: Sql, generation: int) -> None:
        self._sql = sql
        self.generation = generation

    def terms(self, language: str, terms: Iterable[str]) -> dict[str, Term]:
        """The known ones of `terms`."""
        found: dict[str, Term] = {}
        with self._sql.reading() as statements:
            for batch in batches(dict.fromkeys(terms)):
                rows = statements.rows(
                    "SELECT term, id, articles, in_title, in_body FROM ledger_terms "  # noqa: S608 - marks only
                    f"WHERE generation = ? AND language = ? AND term IN ({_marks(batch)})",
                    (self.generation, language, *batch),
                )
                found.update((row[0], Term(*row[1:])) for row in rows)
        return found

    def number(self, language: str, terms: Sequence[str]) -> dict[str, int]:
        """The numbers of `terms`, durably assigned to those that have none yet."""
        known = self.terms(language, terms)
        new = [term for term in terms if term not in known]
        if new:
            with self._sql.writing() as statements:
                ((last,),) = statements.rows(
                    "SELECT coalesce(max(id), 0) FROM ledger_terms WHERE generation = ?",
                    (self.generation,),
                )
                # Another process may have numbered some of them meanwhile; its numbers stay.
                statements.many(
                    "INSERT INTO ledger_terms "
                    "(generation, id, language, term, articles, in_title, in_body) "
                    "VALUES (?, ?, ?, ?, 0, 0, 0) "
                    "ON CONFLICT (generation, language, term) DO NOTHING",
                    [
                        (self.generation, last + number, language, term)
                        for number, term in enumerate(new, start=1)
                    ],
                )
            known = self.terms(language, terms)
        return {term: known[term].id for term in terms}

    def forms_with_prefix(self, language: str, prefix: str, limit: int | None = None) -> list[Form]:
        """The forms that begin with `prefix` and occur in live articles, by frequency.

        With `limit`, those of the most frequent terms only.
        """
        with self._sql.reading() as statements:
            rows = statements.rows(
                "SELECT form, term, written, articles FROM ledger_forms JOIN ledger_terms "
                "ON ledger_terms.generation = ledger_forms.generation AND id = term_id "
                "WHERE ledger_forms.generation = ? AND ledger_forms.language = ? "
                "AND form >= ? AND form < ? AND articles > 0 "
                "ORDER BY articles DESC, occurrences DESC, form LIMIT ?",
                (
                    self.generation, language, prefix, prefix + _LAST_CHARACTER,
                    _ALL if limit is None else limit,
                ),
            )  # fmt: skip
        return [Form(*row) for row in rows]

    def change(self, statements: Statements, changes: Mapping[int, Sequence[int]]) -> None:
        """Change the frequencies of terms, in a commit's transaction.

        For each term: what to add to `articles`, `in_title` and `in_body`.
        """
        statements.many(
            "UPDATE ledger_terms SET articles = articles + ?, in_title = in_title + ?, "
            "in_body = in_body + ? WHERE generation = ? AND id = ?",
            [(*change, self.generation, term) for term, change in changes.items()],
        )

    def add_forms(
        self, statements: Statements, language: str, forms: Iterable[tuple[str, int, str, int]]
    ) -> None:
        """Add occurrences of forms, given as (form, number of its term, spelling, occurrences)."""
        statements.many(
            "INSERT INTO ledger_forms "
            "(generation, language, form, term_id, written, occurrences) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (generation, language, form) DO UPDATE SET "
            "occurrences = ledger_forms.occurrences + excluded.occurrences",
            [(self.generation, language, *form) for form in forms],
        )

    def forget(self) -> None:
        """Remove the vocabulary of the generation."""
        with self._sql.writing() as statements:
            for table in ("ledger_forms", "ledger_terms", "ledger_dead"):
                statements.rows(
                    f"DELETE FROM {table} WHERE generation = ?",  # noqa: S608 - constants
                    (self.generation,),
                )


def _marks(batch: Sequence[object]) -> str:
    return ", ".join("?" * len(batch))

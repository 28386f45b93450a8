"""Reads relevance judgments: `query TAB article TAB grade`, or TREC's four columns.

A grade is a whole number. For nDCG it is the gain; for binary measures (MRR, recall, AP), 1 or more
is relevant. Negative grades, which some TREC files use for spam, are read as 0.
"""

from collections.abc import Mapping
from pathlib import Path

from index.errors import RecordError
from search.evaluation.records import numbered_lines

Qrels = Mapping[str, Mapping[str, int]]
"""Query id → article id → grade."""

RELEVANT = 1
"""The lowest grade that counts as relevant."""


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """The judgments in a file. Raises RecordError with the line.

    A line with tabs is split at tabs only, so ids may contain spaces; any other line at white
    space. Four columns are `query 0 article grade` (the second is ignored), three the same without
    it.
    """
    qrels: dict[str, dict[str, int]] = {}
    for place, line in numbered_lines(path):
        query_id, article_id, grade = _parse_judgment(place, line)
        judged = qrels.setdefault(query_id, {})
        if article_id in judged:
            raise RecordError(place, f"query {query_id!r} judges {article_id!r} a second time")
        judged[article_id] = grade
    return qrels


def _parse_judgment(place: str, line: str) -> tuple[str, str, int]:
    columns = [column.strip() for column in line.split("\t")] if "\t" in line else line.split()
    if len(columns) not in (3, 4) or not all(columns):
        raise RecordError(
            place, f"expected query TAB article TAB grade (or query 0 article grade), got {line!r}"
        )
    query_id, article_id, grade = columns[0], columns[-2], columns[-1]
    try:
        return query_id, article_id, max(0, int(grade))
    except ValueError as error:
        raise RecordError(place, f"the grade must be a whole number, not {grade!r}") from error

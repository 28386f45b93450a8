"""Runs: a system's answers to every query, and their exchange format, TREC run files.

A line of a run file is `query Q0 article rank score tag`, separated by white space. White space
and percent signs inside ids are written as percent escapes (`%20`, `%25`) and read back, so every
id survives the round trip.
"""

import math
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, unquote

from index.errors import EvaluationError, RecordError
from search.evaluation.records import numbered_lines

Ranking = Sequence[tuple[str, float]]
"""(article id, score), best first, no article twice."""

Run = Mapping[str, Ranking]
"""Query id → ranking."""

_UNSAFE = re.compile("[\\s%\ufeff]")


def write_run(path: Path, run: Run, tag: str = "newsearch") -> None:
    """Write a TREC run file; equal scores keep their order in `rank`.

    A query without results has no line, because the format cannot express it. Note that trec_eval
    sorts by score alone and breaks ties by article id. Raises EvaluationError for an empty id, a
    score that is not finite or a ranking whose scores rise.
    """
    lines = []
    for query_id, ranking in run.items():
        _check_ranking(query_id, ranking)
        for rank, (article_id, score) in enumerate(ranking, 1):
            ids = f"{_escaped(query_id)} Q0 {_escaped(article_id)}"
            lines.append(f"{ids} {rank} {float(score)!r} {_escaped(tag)}\n")
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def read_run(path: Path) -> dict[str, tuple[tuple[str, float], ...]]:
    """The rankings of a TREC run file: by score descending, equal scores by rank.

    Raises RecordError with the line.
    """
    rows: dict[str, dict[str, tuple[float, int]]] = {}
    for place, line in numbered_lines(path):
        query_id, article_id, rank, score = _parse_line(place, line)
        ranked = rows.setdefault(query_id, {})
        if article_id in ranked:
            raise RecordError(place, f"query {query_id!r} ranks {article_id!r} a second time")
        ranked[article_id] = (score, rank)
    return {query_id: _sorted(ranked) for query_id, ranked in rows.items()}


def _sorted(ranked: Mapping[str, tuple[float, int]]) -> tuple[tuple[str, float], ...]:
    order = sorted(ranked.items(), key=lambda item: (-item[1][0], item[1][1]))
    return tuple((article_id, score) for article_id, (score, _) in order)


def _parse_line(place: str, line: str) -> tuple[str, str, int, float]:
    columns = line.split()
    if len(columns) != 6:
        raise RecordError(place, f"expected query Q0 article rank score tag, got {line!r}")
    query_id, _, article_id, rank, score, _ = columns
    try:
        parsed = int(rank), float(score)
    except ValueError as error:
        raise RecordError(
            place, f"rank and score must be numbers, not {rank!r}, {score!r}"
        ) from error
    if not math.isfinite(parsed[1]):
        raise RecordError(place, f"the score must be finite, not {score!r}")
    return unquote(query_id), unquote(article_id), *parsed


def _check_ranking(query_id: str, ranking: Ranking) -> None:
    scores = [score for _, score in ranking]
    if not all(math.isfinite(score) for score in scores):
        raise EvaluationError(f"query {query_id!r}: a run file may contain only finite scores")
    if any(after > before for before, after in pairwise(scores)):
        raise EvaluationError(f"query {query_id!r}: scores must not rise from rank to rank")
    if len({article_id for article_id, _ in ranking}) < len(ranking):
        raise EvaluationError(f"query {query_id!r} ranks an article twice")


def _escaped(identifier: str) -> str:
    if not identifier:
        raise EvaluationError("a run file cannot hold an empty query id, article id or tag")
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), identifier)

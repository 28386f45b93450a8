"""Measures answers on questions with known ones: `ask` against a file of questions.

An answer counts as right if one of the first quotations contains one of its known answers, with
case, punctuation and compatibility forms (NFKC) folded. A question without known answers is
unanswerable: the right reply is none.
"""

import json
import re
import statistics
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.domain import Progress
from index.errors import RecordError
from index.protocols import ProgressListener
from search.asking.answer import Answer, AskRequest
from search.evaluation.queries import Query, parse_query
from search.evaluation.records import numbered_lines

FIRST = 3
"""The number of quotations among which the answer should be."""

_NO_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and texts that answer it; none if nothing does."""

    query: Query
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerMeans:
    """Shares of the questions in one language; None where there are none of a kind.

    `first`, `among_first`: of the answerable, those answered by the first quotation, and by one of
    the first `FIRST`. `refused`: of the unanswerable, those with no quotation. `median_ms` is the
    time of an answer.
    """

    questions: int
    first: float | None
    among_first: float | None
    refused: float | None
    median_ms: float


def read_questions(path: Path) -> list[Question]:
    """Read JSONL with `id`, `text`, `lang` and `answers`, a list, or `answer`, a text.

    Raises RecordError with the line.
    """
    return [_question(place, line) for place, line in numbered_lines(path)]


def _question(place: str, line: str) -> Question:
    query = parse_query(place, line)
    record = json.loads(line)
    given = record.get("answers", record.get("answer"))
    answers = [given] if isinstance(given, str) else given
    if not isinstance(answers, list) or not all(isinstance(one, str) for one in answers):
        raise RecordError(
            place, "expected 'answers', a list of texts (empty if nothing answers), or 'answer'"
        )
    return Question(query, tuple(answers))


def measure(
    ask: Callable[[AskRequest], Answer], questions: Sequence[Question], listen: ProgressListener
) -> dict[str, AnswerMeans]:
    """Ask all questions; return the means of `all` and of each language. Raises what `ask` does."""
    replies = []
    for done, one in enumerate(questions):
        listen(Progress("asking", done, len(questions)))
        replies.append((one, ask(AskRequest(one.query.text))))
    languages = sorted({one.query.language for one, _ in replies})
    groups = {
        name: [pair for pair in replies if pair[0].query.language == name] for name in languages
    }
    return {name: _means(group) for name, group in {"all": replies, **groups}.items() if group}


def _means(replies: Sequence[tuple[Question, Answer]]) -> AnswerMeans:
    answerable = [(one, answer) for one, answer in replies if one.answers]
    refused = [not answer.quotations for one, answer in replies if not one.answers]
    return AnswerMeans(
        questions=len(replies),
        first=_share([_is_answered(*pair, 1) for pair in answerable]),
        among_first=_share([_is_answered(*pair, FIRST) for pair in answerable]),
        refused=_share(refused),
        median_ms=statistics.median(answer.took_ms for _, answer in replies),
    )


def _share(holds: Sequence[bool]) -> float | None:
    return sum(holds) / len(holds) if holds else None


def _is_answered(question: Question, answer: Answer, depth: int) -> bool:
    quoted = [_folded(one.text) for one in answer.quotations[:depth]]
    return any(_folded(known) in text for known in question.answers for text in quoted)


def _folded(text: str) -> str:
    words = _NO_WORD.split(unicodedata.normalize("NFKC", text).casefold())
    return f" {' '.join(word for word in words if word)} "

"""Answer a question by sentences of the articles that it finds. See docs/decisions/ask.md."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from index.protocols import Snapshot
from index.query import ReadingNote
from index.text.messages import Message
from search.asking.answer import MAX_QUOTATIONS, Answer, AskRequest, Quotation, ReadTime
from search.asking.differing import disagreements
from search.asking.kinds import AnswerKind, kind_of
from search.asking.question_time import LATEST, NO_DATE, QuestionTime, read_time
from search.asking.scoring import Scored, scored
from search.asking.sentences import Sentence, say_the_same, sentences_of
from search.question import Question, QuestionReader
from search.ranking.collapse import collapse
from search.ranking.ranker import Ranker
from search.ranking.recency import RecencyRule
from search.reader_view import ReaderView
from search.request import SearchRequest

ARTICLES = 12
"""The number of best articles whose sentences are considered."""

END = 0.5
"""The share of the best sentence's score that further quotations need."""

MOST_COPIES = 20
"""The most copies of a quoted article that are read for the names of their sources."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The sentences of what a question finds. `total` counts the articles."""

    snapshot: Snapshot
    question: Question
    total: int
    scored: Scored


@dataclass(slots=True)
class _Group:
    """A sentence and others that say the same, in the order of their scores."""

    score: float
    sentences: list[Sentence]


class Asker:
    """Answer questions for one reader. Safe to share between threads."""

    def __init__(
        self,
        reader_view: ReaderView,
        reader: QuestionReader,
        ranker: Ranker,
        recency: RecencyRule,
        zone: ZoneInfo,
    ) -> None:
        self._articles = reader_view.articles
        self._now_s = reader_view.now_s
        self._reader = reader
        self._ranker = ranker
        self._recency = recency
        self._zone = zone

    def ask(self, request: AskRequest) -> Answer:
        """Return the sentences that answer a question.

        Raises QueryError, FilterError, IndexMissing, IndexCorrupt, EncoderError.
        """
        started = time.perf_counter()
        kind, read = kind_of(request.question), self._read_time(request)
        found = self._found(request, read, kind)
        is_applied = read is not None and bool(found.scored.sentences)
        if read is not None and not is_applied:
            found = self._found(request, None, kind)
        groups = _chosen(found.scored, max(1, min(request.limit, MAX_QUOTATIONS)))
        is_course, is_latest = kind is AnswerKind.COURSE, bool(LATEST.search(request.question))
        if is_course or is_latest:
            groups.sort(key=_published, reverse=not is_course)
        quotations = tuple(self._quotation(found, group) for group in groups)
        return Answer(
            question=request.question,
            kind=kind,
            quotations=quotations,
            searched=found.total,
            snapshot=found.snapshot.id,
            took_ms=(time.perf_counter() - started) * 1000,
            time=None if read is None else _told(request.question, read, is_applied=is_applied),
            is_chronological=is_course,
            disagreements=disagreements(quotations) if kind is AnswerKind.HOW_MANY else (),
            notes=_notes(request.question, is_course=is_course, is_latest=is_latest),
        )

    def _read_time(self, request: AskRequest) -> QuestionTime | None:
        """Return the period that a question names, unless the reader chose one or wants none."""
        if not request.read_time or request.date_from or request.date_to:
            return None
        today = datetime.fromtimestamp(self._now_s(), self._zone).date()
        return read_time(request.question, today)

    def _found(self, asked: AskRequest, read: QuestionTime | None, kind: AnswerKind) -> _Found:
        request = _search(asked, read)
        snapshot, question = self._reader.asked(request)
        ranking, vector = self._ranker.rank(snapshot, question)
        ranking = self._recency.weigh(snapshot, question, ranking)
        keys = collapse(ranking, question.view).ranking.keys[:ARTICLES]
        stored = self._articles.revisions(keys.tolist())
        keys = keys[[key in stored for key in keys.tolist()]]
        chunks: Sequence[tuple[int, int] | None] = [None] * len(keys)
        if vector is not None:
            chunks = snapshot.best_chunks(vector, keys)
        articles = [stored[key] for key in keys.tolist()]
        why = [ranking.found.why(key) if ranking.found else None for key in keys.tolist()]
        sentences = sentences_of(snapshot, question.parsed.node, articles, chunks)
        best = scored(snapshot, self._ranker, sentences, vector, why, kind)
        return _Found(snapshot, question, ranking.total, best)

    def _quotation(self, found: _Found, group: _Group) -> Quotation:
        """Return a sentence as a quotation, with all sources that say the same."""
        best = group.sentences[0]
        said_by = {one.stored.revision: one.stored for one in group.sentences}
        keys = np.array(sorted(said_by), np.int64)
        copied = {key for copies in found.question.view.copies(keys).values() for key in copies}
        copies = sorted(copied - said_by.keys())
        said_by |= self._articles.revisions(copies[:MOST_COPIES])
        sources = dict.fromkeys(one.article.source for one in said_by.values())
        return Quotation(
            stored=best.stored,
            start=best.start,
            end=best.end,
            text=best.text,
            score=group.score,
            highlights=best.marks,
            sources=tuple(source for source in sources if source),
            articles=len(copied | set(keys.tolist())),
        )


def _search(asked: AskRequest, read: QuestionTime | None) -> SearchRequest:
    """Return the search for a question; the words of a period that is a filter are left out."""
    query, date_from, date_to = asked.question, asked.date_from, asked.date_to
    if read is not None:
        query = f"{query[: read.start]} {query[read.end :]}"
        date_from = read.first.isoformat() if read.first else None
        date_to = read.last.isoformat() if read.last else None
    return SearchRequest(
        query,
        languages=asked.languages,
        sources=asked.sources,
        sections=asked.sections,
        date_from=date_from,
        date_to=date_to,
    )


def _chosen(found: Scored, limit: int) -> list[_Group]:
    """Return the best sentences, with those that say the same as a better one in its group."""
    groups: list[_Group] = []
    for sentence, score in zip(found.sentences, found.scores.tolist(), strict=True):
        if groups and score < END * groups[0].score:
            break
        same = next((one for one in groups if say_the_same(one.sentences[0], sentence)), None)
        if same is not None:
            same.sentences.append(sentence)
        elif len(groups) < limit:
            groups.append(_Group(score, [sentence]))
    return groups


def _published(group: _Group) -> int:
    date = group.sentences[0].stored.article.date
    return date.start_s if date is not None else 0


def _told(question: str, read: QuestionTime, *, is_applied: bool) -> ReadTime:
    phrase = question[read.start : read.end]
    return ReadTime(phrase, read.first, read.last, is_applied=is_applied)


def _notes(question: str, *, is_course: bool, is_latest: bool) -> tuple[ReadingNote, ...]:
    notes = []
    if is_course:
        notes.append(ReadingNote(Message("in the order of events, oldest first"), 0))
    elif is_latest:
        notes.append(
            ReadingNote(Message("newest first, because the question asks for the latest"), 0)
        )
    if match := NO_DATE.search(question):
        why = Message("“{0}” names no date, so articles of all dates may answer", match[0])
        notes.append(ReadingNote(why, match.start()))
    return tuple(notes)

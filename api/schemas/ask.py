"""An answer made of quotations, as JSON."""

from pydantic import Field

from api.schemas.body import Body
from api.schemas.hits import SpanBody, span_bodies
from api.schemas.search import WarningBody
from api.schemas.suggestions import HeadlineBody
from search.asking.answer import Answer, Disagreement, Quotation, ReadTime
from search.asking.kinds import AnswerKind


class QuotedArticleBody(HeadlineBody):
    """The article that a quotation is from."""

    source: str | None
    section: str | None
    url: str | None


class QuotationBody(Body):
    """A sentence, word for word: `text` is the article's text from `start` to `end`.

    Offsets count code points; `highlights` are those of the question's words in the article's text.
    """

    text: str
    start: int
    end: int
    highlights: list[SpanBody]
    article: QuotedArticleBody
    score: float = Field(description="The evidence that the sentence answers the question.")
    sources: list[str] = Field(description="All sources that say so in nearly the same words.")
    articles: int = Field(description="The number of articles that say so.")


class ReadTimeBody(Body):
    """A period that the question names, by its `phrase`; each end may be open (null).

    If `applied`, only articles from this period answer. Otherwise none of them does, and the answer
    is from articles of all dates. `read_time=false` leaves the period unread.
    """

    phrase: str
    first: str | None
    last: str | None
    applied: bool


class FigureBody(Body):
    """A figure and the place of the quotation that gives it, from 0."""

    figure: str
    quotation: int


class DisagreementBody(Body):
    """Different figures that articles give for one thing."""

    thing: str
    figures: list[FigureBody]


class AskBody(Body):
    """What the archive says. Without quotations, nothing in it answers the question."""

    question: str
    kind: AnswerKind = Field(description="What the question asks for.")
    quotations: list[QuotationBody]
    chronological: bool = Field(description="Whether quotations are in the order of time.")
    disagreements: list[DisagreementBody]
    time: ReadTimeBody | None = Field(description="Null if the question names no period.")
    searched: int = Field(description="The number of articles found, of which the best were read.")
    notes: list[WarningBody]
    snapshot: str
    took_ms: float


def ask_body(answer: Answer) -> AskBody:
    """Return an answer as JSON."""
    return AskBody(
        question=answer.question,
        kind=answer.kind,
        quotations=list(map(_quotation, answer.quotations)),
        chronological=answer.is_chronological,
        disagreements=list(map(_disagreement, answer.disagreements)),
        time=None if answer.time is None else _time(answer.time),
        searched=answer.searched,
        notes=[WarningBody(message=note.text, column=note.column) for note in answer.notes],
        snapshot=answer.snapshot,
        took_ms=answer.took_ms,
    )


def _quotation(one: Quotation) -> QuotationBody:
    article = one.stored.article
    return QuotationBody(
        text=one.text,
        start=one.start,
        end=one.end,
        highlights=span_bodies(one.highlights),
        article=QuotedArticleBody(
            id=article.id,
            title=article.title,
            language=article.language,
            date=article.date.value if article.date else None,
            source=article.source,
            section=article.section,
            url=article.url,
        ),
        score=one.score,
        sources=list(one.sources),
        articles=one.articles,
    )


def _disagreement(one: Disagreement) -> DisagreementBody:
    figures = [FigureBody(figure=figure, quotation=at) for figure, at in one.figures]
    return DisagreementBody(thing=one.thing, figures=figures)


def _time(one: ReadTime) -> ReadTimeBody:
    return ReadTimeBody(
        phrase=one.phrase,
        first=one.first.isoformat() if one.first else None,
        last=one.last.isoformat() if one.last else None,
        applied=one.is_applied,
    )

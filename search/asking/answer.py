"""Questions to the archive and their answers."""

from dataclasses import dataclass, field
from datetime import date

from index.domain import StoredArticle
from index.query import ReadingNote
from search.asking.kinds import AnswerKind

DEFAULT_QUOTATIONS = 5
MAX_QUOTATIONS = 20


@dataclass(frozen=True, slots=True)
class AskRequest:
    """A question, and the articles that may answer it.

    Filters are those of `SearchRequest`. With `read_time`, a period that the question names ("last
    week") is a filter as well, unless `date_from` or `date_to` is given.
    """

    question: str
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    limit: int = DEFAULT_QUOTATIONS
    read_time: bool = True


@dataclass(frozen=True, slots=True)
class Quotation:
    """A sentence of an article: `text` is `article.text[start:end]`, in code points.

    `highlights` are offsets into the article's text of words of the question. `sources` are all
    that say so in nearly the same words, its own first; `articles` counts their articles. `score`
    is the evidence, in the units of `search.ranking.evidence`.
    """

    stored: StoredArticle
    start: int
    end: int
    text: str
    score: float
    highlights: tuple[tuple[int, int], ...] = ()
    sources: tuple[str, ...] = ()
    articles: int = 1


@dataclass(frozen=True, slots=True)
class ReadTime:
    """The period read from a question: days `first` to `last`, inclusive, each may be open.

    `phrase` are the words that name it. Unless `is_applied`, nothing in that period answers the
    question, and the answer is from the whole archive.
    """

    phrase: str
    first: date | None
    last: date | None
    is_applied: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Different figures for a thing: (figure, place of its quotation) for each."""

    thing: str
    figures: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the archive says: quotations, best first, or by time if `is_chronological`.

    Without quotations, nothing that was found answers the question. `searched` counts the articles
    found; `snapshot` is the state of the index that was asked.
    """

    question: str
    kind: AnswerKind
    quotations: tuple[Quotation, ...]
    searched: int
    snapshot: str
    took_ms: float
    time: ReadTime | None = None
    is_chronological: bool = False
    disagreements: tuple[Disagreement, ...] = ()
    notes: tuple[ReadingNote, ...] = field(default=())

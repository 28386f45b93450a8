"""The shapes of the JSON that leaves newsearch, over HTTP and from `--json`.

Names are those of the query parameters; offsets count code points of the article's text. They are
filled in `api.schemas.wire`.
"""

from typing import Any

from pydantic import Field

from api.schemas.body import Body
from api.schemas.facet_bodies import FacetBodies
from api.schemas.news_fields import NewsFieldsBody
from search.request import Mode, TotalRelation


class SpanBody(Body):
    """A range of code points: `text[start:end]`."""

    start: int
    end: int


class PassageBody(Body):
    """A passage of the article's text; `highlights` are offsets into the article, not into it."""

    start: int
    end: int
    text: str
    highlights: list[SpanBody]


class WeightsBody(Body):
    """How much each leg counts for articles of this language; `origin` says how that was learnt."""

    lexical: float
    semantic: float
    origin: str


class LegsBody(Body):
    """One number per leg."""

    lexical: float
    semantic: float


class PartsBody(Body):
    """How the score came about: `score = shares.lexical + shares.semantic`.

    `lexical` is the BM25F score and `semantic` the cosine, null for a leg that did not take part.
    `rerank` is a reranker's score; where it is there, it made the order.
    """

    lexical: float | None
    semantic: float | None
    weights: WeightsBody
    normalised: LegsBody
    shares: LegsBody
    rerank: float | None = None


class TermBody(Body):
    """One term's share of the lexical score."""

    term: str
    field: str
    frequency: float
    document_frequency: int
    idf: float
    score: float


class CollapsedBody(Body):
    """A copy that was found too, with the rank it would have had among all, and its score."""

    id: str
    rank: int
    score: float


class ExplanationBody(Body):
    """The terms that matched, the passage that is nearest in meaning, and the copies that this
    hit stands for."""

    terms: list[TermBody]
    best_passage: PassageBody | None
    collapsed: list[CollapsedBody]


class CopyBody(Body):
    """Another article with the same text; the original is the earliest of all."""

    id: str
    title: str
    source: str | None
    date: str | None
    is_original: bool


class HitStoryBody(Body):
    """The story that an article belongs to; full coverage is `articles` articles."""

    id: str
    title: str
    articles: int


class HitBody(Body):
    """One article of a page."""

    rank: int
    id: str
    title: str
    title_highlights: list[SpanBody]
    language: str
    date: str | None
    source: str | None
    section: str | None
    url: str | None
    score: float
    parts: PartsBody
    passages: list[PassageBody]
    copies: list[CopyBody] = Field(
        description="The other articles with this text, found or not: the original, then by time."
    )
    story: HitStoryBody | None
    explanation: ExplanationBody | None = None


class TotalBody(Body):
    """How many articles match, copies included: exactly `value`, or at least so many.

    `collapsed` of those that were ranked have no hit of their own: a copy stands for them.
    """

    value: int
    relation: TotalRelation
    collapsed: int


class WarningBody(Body):
    """How a doubtful part of the query was read; `column` counts code points from 0."""

    message: str
    column: int


class SearchBody(Body):
    """A page of hits; `cursor` is null on the last page."""

    query: str
    read_as: str = Field(description="How the query was understood, in words.")
    mode: Mode
    hits: list[HitBody]
    total: TotalBody
    took_ms: float
    snapshot: str
    cursor: str | None
    warnings: list[WarningBody]
    correction: str | None = Field(
        description="The query as it was probably meant, if a word is misspelt; it finds something."
    )
    facets: FacetBodies = Field({}, description="The facets that were asked for, by name.")


class CompletionBody(Body):
    """A word that goes on from the last letters; `text` is the whole query with it."""

    text: str
    word: str
    articles: int


class HeadlineBody(Body):
    """The title of an article."""

    id: str
    title: str
    language: str
    date: str | None


class SuggestBody(Body):
    """Words by the number of articles that hold them, headlines with the newest first."""

    query: str
    words: list[CompletionBody]
    headlines: list[HeadlineBody]


class ArticleBody(NewsFieldsBody, Body):
    """An article as the archive holds it."""

    id: str
    title: str
    text: str
    language: str
    source: str | None
    section: str | None
    authors: list[str]
    url: str | None
    place: str | None
    agency: str | None
    is_title_derived: bool
    metadata: dict[str, Any]
    revision: int
    content_hash: str
    ingested_at: str


class FailureBody(Body):
    """A record that could not become an article."""

    place: str
    why: str


class OutcomeBody(Body):
    """What happened to one article: `added`, `updated`, `unchanged`, or `outdated`.

    An outdated one is an older version of what the archive has, and was not taken.
    """

    id: str
    status: str


class ImportBody(Body):
    """What an import did. `searchable`: whether the index already answers with all of it."""

    added: int
    updated: int
    unchanged: int
    outdated: int
    failed: int
    articles: list[OutcomeBody]
    failures: list[FailureBody]
    searchable: bool


class DeletionBody(Body):
    """Which articles were deleted."""

    deleted: list[str]
    searchable: bool = Field(description="Whether the index already answers without them.")


class EncoderBody(Body):
    """The model whose vectors the index holds."""

    name: str
    revision: str
    dimension: int
    max_tokens: int


class LearntWeightBody(Body):
    """The semantic leg's weight for one language, and how it was learnt."""

    semantic: float
    sampled: int
    origin: str
    quality: float | None


class ApproximationBody(Body):
    """A segment whose vectors are searched by `codec` first, and what that was measured to find.

    `recall` is the share of the ten nearest chunks, found by scoring `refined` candidates exactly.
    """

    chunks: int
    codec: str
    refined: int
    recall: float
    queries: int


class StatsBody(Body):
    """What the archive and the index hold. `pending` changes are archived but not yet indexed.

    `approximations` has one entry for each large segment; all other chunks are searched exactly.
    """

    archived: int
    pending: int
    archive_bytes: int
    articles: int
    chunks: int
    deleted: int
    languages: dict[str, int]
    segments: int
    index_bytes: int
    snapshot: str | None
    encoder: EncoderBody | None
    weights: dict[str, LearntWeightBody]
    approximations: list[ApproximationBody]


class LiveBody(Body):
    """The process answers."""

    status: str = "live"


class ReadyBody(Body):
    """An index is open."""

    status: str = "ready"
    snapshot: str

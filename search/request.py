"""A search request and its answer: the words between the engine and every edge."""

from dataclasses import dataclass, field
from enum import StrEnum

from index.domain import StoredArticle
from index.protocols import TermEvidence
from index.query import ReadingNote
from search.facet_types import Facet, FacetRequest
from search.related import NONE as NO_COVERAGE
from search.related import Coverage


class Mode(StrEnum):
    """Which legs answer: words and meaning together, words only, meaning only."""

    HYBRID = "hybrid"
    KEYWORD = "keyword"
    SEMANTIC = "semantic"


class Duplicates(StrEnum):
    """What becomes of copies: one hit for all of a text, each for itself, or nothing but them.

    `ONLY` is for articles that have copies or are one, each for itself.
    """

    COLLAPSE = "collapse"
    SHOW = "show"
    ONLY = "only"


class Order(StrEnum):
    """What comes first: the best answer, or the newest or oldest of all articles that match.

    Where meaning decides, which matches by degree, those of the candidates.
    """

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Match(StrEnum):
    """Which articles a search shows: those that it finds, or all that its legs could rank.

    What counts as found says `search.ranking.found`; in keyword mode both are the same.
    """

    FOUND = "found"
    ALL = "all"


class FusionMethod(StrEnum):
    """How the two legs become one score."""

    CONVEX = "convex"
    RRF = "rrf"


class TotalRelation(StrEnum):
    """What `total` says: the number of hits, or that there are at least so many."""

    EXACT = "exact"
    LOWER_BOUND = "lower_bound"


AUTO = "auto"
"""Age counts where the question or what it finds asks for it."""

OFF = "off"
"""Age counts for nothing."""

MAX_LIMIT = 100
"""The most hits of one page."""

MAX_DEPTH = 1000
"""How many candidates each leg gives; the same on every page, so pages never overlap."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question. Several values of one filter mean any of them; filters combine by and.

    An empty `query` asks for everything that the filters allow, the newest first. `date_from` and
    `date_to` are ISO 8601 of any precision, `date_to` inclusive. `cursor` is that of an earlier
    page of the same request. `fusion` matters in hybrid mode only, and so does `semantic_weight`,
    which in [0, 1] stands in for the calibrated one. `feedback` widens the query by words of its
    best articles (RM3), in the lexical leg. `duplicates` says what becomes of copies of one text.
    `facets` are counted over all hits, whatever the page. `recency` is `AUTO`, `OFF` or a half-life
    (`7d`), by which age weighs scores; ages count from `as_of` (ISO 8601, to its last instant),
    else from now. `related` asks for so many articles that were ranked and not found.
    """

    query: str
    mode: Mode = Mode.HYBRID
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    limit: int = 10
    cursor: str | None = None
    explain: bool = False
    fusion: FusionMethod = FusionMethod.CONVEX
    semantic_weight: float | None = None
    feedback: bool = False
    duplicates: Duplicates = Duplicates.COLLAPSE
    facets: FacetRequest | None = None
    order: Order = Order.RELEVANCE
    match: Match = Match.FOUND
    related: int = 0
    recency: str = AUTO
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class AppliedRecency:
    """How age weighed the scores of an answer: from when, in seconds since 1970, and how fast."""

    half_life_days: float
    as_of_s: int


@dataclass(frozen=True, slots=True)
class AgeFactor:
    """What age did to one score, in [2/3, 1]. `age_days` is None for an undated article."""

    factor: float
    age_days: float | None


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """How a score came about: `score = lexical_share + semantic_share`, times that of `age`.

    Raw scores are BM25F and cosine, None for a leg that did not take part. In a convex combination
    a share is weight times normalised score; in reciprocal rank fusion it is 1 / (60 + rank).
    `rerank` is what a reranker gave; where it is there, it and not the score made the order.
    """

    lexical: float | None
    semantic: float | None
    lexical_normalised: float
    semantic_normalised: float
    lexical_weight: float
    semantic_weight: float
    lexical_share: float
    semantic_share: float
    weight_origin: str
    rerank: float | None = None
    age: AgeFactor | None = None


@dataclass(frozen=True, slots=True)
class FoundBy:
    """Why an article counts as found, or does not.

    `evidence = meaning + words_worth * words`: standard deviations of meaning above the archive,
    and the share of the question's words that the article holds. The best article of a question
    needs `answer`, others behind it `end`. One that `is_certain` holds all words, and needs no
    evidence.
    """

    meaning: float
    words: float
    words_worth: float
    evidence: float
    answer: float
    end: float
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an article's text worth showing: `text` is `article.text[start:end]`.

    `highlights` are (start, end) offsets into the article's text, ascending, not overlapping,
    inside the passage. All offsets count code points.
    """

    start: int
    end: int
    text: str
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CollapsedCopy:
    """A copy that was found too, with the rank it would have had among all, and its score."""

    id: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a hit stands where it stands: the terms that matched, beside its `ScoreParts`.

    `collapsed` are the copies that it stands for, and where they would have stood. `found_by` is
    None where words alone decide.
    """

    terms: tuple[TermEvidence, ...]
    best_passage: Passage | None
    collapsed: tuple[CollapsedCopy, ...] = ()
    found_by: FoundBy | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One article of a page. `title_highlights` are offsets into its title.

    `coverage` holds the other articles with its text, found or not, and its story. `is_found` is
    False for what was only ranked.
    """

    rank: int
    score: float
    stored: StoredArticle
    parts: ScoreParts
    passages: tuple[Passage, ...]
    title_highlights: tuple[tuple[int, int], ...] = ()
    explanation: Explanation | None = None
    coverage: Coverage = NO_COVERAGE
    is_found: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """A page of hits. `cursor` is None on the last page, `previous` on the first.

    `total` counts articles, copies included; `collapsed` of those that were ranked have no hit of
    their own, on any page, because a copy stands for them. `correction` is the query as it was
    probably meant; it finds something. `recency` says how age weighed the scores, None where it did
    not. `related` are the best of what was ranked and not found.
    """

    query: str
    mode: Mode
    hits: tuple[Hit, ...]
    total: int
    total_relation: TotalRelation
    took_ms: float
    snapshot: str
    cursor: str | None
    warnings: tuple[ReadingNote, ...] = field(default=())
    query_read_as: str = ""
    correction: str | None = None
    collapsed: int = 0
    previous: str | None = None
    facets: tuple[Facet, ...] = ()
    related: tuple[Hit, ...] = ()
    recency: AppliedRecency | None = None

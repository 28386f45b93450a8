"""Search requests and answers, shared by the engine and all interfaces."""

from dataclasses import dataclass, field
from enum import StrEnum

from index.domain import Locator, StoredArticle
from index.protocols import TermEvidence
from index.query import ReadingNote
from search.facet_types import Facet, FacetRequest
from search.related import NONE as NO_COVERAGE
from search.related import Coverage


class Mode(StrEnum):
    """How to search: by words and meaning, by words only, or by meaning only."""

    HYBRID = "hybrid"
    KEYWORD = "keyword"
    SEMANTIC = "semantic"


class Duplicates(StrEnum):
    """How copies are shown: one hit per text, each copy as a hit, or copies only.

    `ONLY` shows articles that have copies or are copies, each as a hit.
    """

    COLLAPSE = "collapse"
    SHOW = "show"
    ONLY = "only"


class Order(StrEnum):
    """The order: best first, or all matches by date, newest or oldest first.

    If meaning decides what matches, only the candidates are sorted by date.
    """

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Match(StrEnum):
    """Which articles a search shows: those it finds, or all candidates.

    `search.ranking.found` defines what counts as found; in keyword mode both are the same.
    """

    FOUND = "found"
    ALL = "all"


class FusionMethod(StrEnum):
    """How the lexical and the semantic score are combined."""

    CONVEX = "convex"
    RRF = "rrf"


class TotalRelation(StrEnum):
    """What `total` means: the exact number of hits, or a lower bound."""

    EXACT = "exact"
    LOWER_BOUND = "lower_bound"


AUTO = "auto"
"""Age counts if the query, or what it finds, calls for it."""

OFF = "off"
"""Age does not count."""

MAX_LIMIT = 100
"""The largest number of hits on a page."""

MAX_DEPTH = 1000
"""The most candidates by words and by meaning; the same on all pages, so pages never overlap."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search request. Several values of one filter mean any of them; all filters must hold.

    An empty `query` asks for everything that the filters allow, newest first. `date_from` and
    `date_to` are ISO 8601 of any precision, `date_to` inclusive. `cursor` comes from another page
    of the same request. `fusion` and `semantic_weight` apply in hybrid mode only; the latter, in
    [0, 1], replaces the calibrated weight. `feedback` widens the query by words of its best
    articles (RM3), for the lexical search. `duplicates` says how copies are shown. `facets` are
    counted over all hits, not just the page's. `recency` is `AUTO`, `OFF` or a half-life (`7d`) by
    which age lowers scores; ages count from `as_of` (ISO 8601, to its last instant), or from now.
    `related` is how many articles to add that were ranked but not found.
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
    """How age lowered the scores: from what time, in seconds since 1970, and how fast."""

    half_life_days: float
    as_of_s: int


@dataclass(frozen=True, slots=True)
class AgeFactor:
    """The effect of age on a score, in [2/3, 1]. `age_days` is None for an undated article."""

    factor: float
    age_days: float | None


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """How a score is made up: `score = lexical_share + semantic_share`, times the factor of `age`.

    Raw scores are BM25F and cosine, None for a search that did not run. In a convex combination a
    share is weight times normalised score; in reciprocal rank fusion it is 1 / (60 + rank).
    `rerank` is the reranker's score; if there is one, it determines the order.
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

    `evidence = meaning + words_worth * words`: standard deviations of meaning above what is usual,
    and the share of the query's words that the article contains. The best article needs `answer`,
    the others after it `end`. If `is_certain`, it contains all words and needs no evidence.
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

    `highlights` are (start, end) offsets into the article's text, ascending, without overlaps,
    inside the passage. All offsets count code points. `locator` says where its first highlight, or
    else its beginning, is in what the article was read from.
    """

    start: int
    end: int
    text: str
    highlights: tuple[tuple[int, int], ...] = ()
    locator: Locator | None = None


@dataclass(frozen=True, slots=True)
class CollapsedCopy:
    """A copy that was also found, with its score and the rank it would have had."""

    id: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a hit ranks where it does: the terms that matched, in addition to its `ScoreParts`.

    `collapsed` are the copies it represents, with the ranks they would have had. `found_by` is None
    if words alone decide.
    """

    terms: tuple[TermEvidence, ...]
    best_passage: Passage | None
    collapsed: tuple[CollapsedCopy, ...] = ()
    found_by: FoundBy | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One article of a page. `title_highlights` are offsets into its title.

    `coverage` contains the other articles with its text, found or not, and its story. `is_found` is
    False if it was only ranked.
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

    `total` counts articles, including copies; `collapsed` is how many of the ranked articles have
    no hit on any page because a copy represents them. `correction` is the query as probably meant;
    it finds something. `recency` says how age lowered the scores, None if it did not. `related` are
    the best articles that were ranked but not found.
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

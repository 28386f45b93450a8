"""A hit of a search as JSON: the article, its passages, and why it ranks where it does."""

from collections.abc import Iterable

from pydantic import Field

from api.schemas.body import Body
from api.schemas.locators import LocatorBody, locator_body
from index.protocols import TermEvidence
from search.related import Copy, Coverage
from search.request import Explanation, Hit, Passage, ScoreParts


class SpanBody(Body):
    """A range of code points: `text[start:end]`."""

    start: int
    end: int


class PassageBody(Body):
    """A passage of the article's text; `highlights` are offsets into the article's text."""

    start: int
    end: int
    text: str
    highlights: list[SpanBody]
    locator: LocatorBody | None = Field(
        None,
        description="Where its first highlight is on a scanned page or in a recording; null for "
        "other articles.",
    )


class WeightsBody(Body):
    """The weights of words and meaning for articles in this language, and how they were learnt."""

    lexical: float
    semantic: float
    origin: str


class LegsBody(Body):
    """One number for words and one for meaning."""

    lexical: float
    semantic: float


class AgeBody(Body):
    """The effect of the article's age on its score: `factor` is in [2/3, 1]."""

    factor: float
    age_days: float | None = Field(description="Null for an article without a date.")


class PartsBody(Body):
    """How the score is computed: `score = (shares.lexical + shares.semantic) * age.factor`.

    `lexical` is the BM25F score and `semantic` the cosine; null if the article was not found that
    way. `rerank` is a reranker's score; if present, it sets the order. `age` is null if age does
    not count.
    """

    lexical: float | None
    semantic: float | None
    weights: WeightsBody
    normalised: LegsBody
    shares: LegsBody
    rerank: float | None = None
    age: AgeBody | None = None


class TermBody(Body):
    """One term's share of the lexical score."""

    term: str
    field: str
    frequency: float
    document_frequency: int
    idf: float
    score: float


class CollapsedBody(Body):
    """A copy that was also found, with its score and the rank it would have had."""

    id: str
    rank: int
    score: float


class FoundByBody(Body):
    """Why an article counts as found: `evidence = meaning + words_worth * words`.

    `meaning` is how far its cosine is above those of the archive, in standard deviations (of an
    archive with fewer than 16 articles: above those that the encoder gives to unrelated texts), and
    `words` the share of the query's words that it contains. The best article needs `answer`, those
    after it `end`; one that `is_certain` contains all the words and needs nothing else.
    """

    meaning: float
    words: float
    words_worth: float
    evidence: float
    answer: float
    end: float
    is_certain: bool


class ExplanationBody(Body):
    """The terms that matched, the passage nearest in meaning, the copies that this hit represents,
    and why it counts as found (null if words alone decide).
    """

    terms: list[TermBody]
    best_passage: PassageBody | None
    collapsed: list[CollapsedBody]
    found_by: FoundByBody | None = None


class CopyBody(Body):
    """Another article with the same text; the original is the earliest of all.

    `is_older`: dated before the hit.
    """

    id: str
    title: str
    source: str | None
    date: str | None
    is_original: bool
    is_older: bool


class CopiesBody(Body):
    """All other articles with an article's text."""

    id: str
    copies: list[CopyBody]


class HitStoryBody(Body):
    """The story of an article; full coverage has `articles` articles."""

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
    found: bool = Field(
        default=True,
        description="False only with `match=all`, for articles that were ranked but not found.",
    )
    parts: PartsBody
    passages: list[PassageBody]
    copies: list[CopyBody] = Field(
        description="The first of the other articles with this text, found or not: the original, "
        "then by time. `GET /v1/copies/{id}` lists all."
    )
    copies_total: int = Field(description="How many other articles have this text.")
    story: HitStoryBody | None
    explanation: ExplanationBody | None = None


def hit_body(hit: Hit) -> HitBody:
    """Return a hit as JSON."""
    article, story = hit.stored.article, hit.coverage.story
    return HitBody(
        rank=hit.rank,
        id=article.id,
        title=article.title,
        title_highlights=span_bodies(hit.title_highlights),
        language=article.language,
        date=article.date.value if article.date else None,
        source=article.source,
        section=article.section,
        url=article.url,
        score=hit.score,
        found=hit.is_found,
        parts=_parts(hit.parts),
        passages=[_passage(passage) for passage in hit.passages],
        copies=copy_bodies(hit.coverage),
        copies_total=hit.coverage.copies_total,
        story=HitStoryBody.model_validate(story) if story else None,
        explanation=_explanation(hit.explanation) if hit.explanation else None,
    )


def copy_bodies(coverage: Coverage) -> list[CopyBody]:
    """Return other articles with the same text as JSON."""
    return [_copy(copy) for copy in coverage.copies]


def _copy(copy: Copy) -> CopyBody:
    article = copy.headline
    return CopyBody(
        id=article.id,
        title=article.title,
        source=article.source,
        date=article.date.value if article.date else None,
        is_original=copy.is_original,
        is_older=copy.is_older,
    )


def _parts(parts: ScoreParts) -> PartsBody:
    return PartsBody(
        lexical=parts.lexical,
        semantic=parts.semantic,
        weights=WeightsBody(
            lexical=parts.lexical_weight,
            semantic=parts.semantic_weight,
            origin=parts.weight_origin,
        ),
        normalised=LegsBody(lexical=parts.lexical_normalised, semantic=parts.semantic_normalised),
        shares=LegsBody(lexical=parts.lexical_share, semantic=parts.semantic_share),
        rerank=parts.rerank,
        age=AgeBody(factor=parts.age.factor, age_days=parts.age.age_days) if parts.age else None,
    )


def _passage(passage: Passage) -> PassageBody:
    return PassageBody(
        start=passage.start,
        end=passage.end,
        text=passage.text,
        highlights=span_bodies(passage.highlights),
        locator=locator_body(passage.locator) if passage.locator else None,
    )


def span_bodies(spans: Iterable[tuple[int, int]]) -> list[SpanBody]:
    """Return ranges of code points as JSON."""
    return [SpanBody(start=start, end=end) for start, end in spans]


def _explanation(explanation: Explanation) -> ExplanationBody:
    best, found_by = explanation.best_passage, explanation.found_by
    return ExplanationBody(
        terms=[_term(term) for term in explanation.terms],
        best_passage=_passage(best) if best else None,
        collapsed=[CollapsedBody.model_validate(copy) for copy in explanation.collapsed],
        found_by=FoundByBody.model_validate(found_by) if found_by else None,
    )


def _term(term: TermEvidence) -> TermBody:
    return TermBody(
        term=term.label,
        field=term.field,
        frequency=term.frequency,
        document_frequency=term.document_frequency,
        idf=term.idf,
        score=term.score,
    )

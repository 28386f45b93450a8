"""From the domain to the JSON that leaves newsearch: the one serializer of HTTP and `--json`."""

from collections.abc import Iterable
from dataclasses import asdict

from api.schemas.bodies import (
    ApproximationBody,
    ArticleBody,
    CollapsedBody,
    CompletionBody,
    CopyBody,
    EncoderBody,
    ExplanationBody,
    HeadlineBody,
    HitBody,
    HitStoryBody,
    LearntWeightBody,
    LegsBody,
    PartsBody,
    PassageBody,
    SearchBody,
    SpanBody,
    StatsBody,
    SuggestBody,
    TermBody,
    TotalBody,
    WarningBody,
    WeightsBody,
)
from api.schemas.facet_wire import facet_bodies
from api.schemas.news_fields import news_members
from index.domain import IndexStats, LanguageWeight, SegmentApproximation, StoredArticle
from index.protocols import TermEvidence
from search.related import Copy, StoryOfHit
from search.request import Explanation, Hit, Page, Passage, ScoreParts
from search.results.suggest import Suggestions


def search_body(page: Page) -> SearchBody:
    """A page as it is sent and printed."""
    return SearchBody(
        query=page.query,
        read_as=page.query_read_as,
        mode=page.mode,
        hits=[_hit(hit) for hit in page.hits],
        total=TotalBody(value=page.total, relation=page.total_relation, collapsed=page.collapsed),
        took_ms=round(page.took_ms, 3),
        snapshot=page.snapshot,
        cursor=page.cursor,
        warnings=[WarningBody(message=note.text, column=note.column) for note in page.warnings],
        correction=page.correction,
        facets=facet_bodies(page.facets),
    )


def suggest_body(found: Suggestions) -> SuggestBody:
    """Suggestions as they are sent and printed."""
    return SuggestBody(
        query=found.query,
        words=[
            CompletionBody(text=word.text, word=word.word, articles=word.articles)
            for word in found.words
        ],
        headlines=[
            HeadlineBody(id=one.id, title=one.title, language=one.language, date=one.date)
            for one in found.headlines
        ],
    )


def article_body(stored: StoredArticle) -> ArticleBody:
    """An article, whole."""
    article = stored.article
    return ArticleBody(
        id=article.id,
        title=article.title,
        text=article.text,
        language=article.language,
        source=article.source,
        section=article.section,
        authors=list(article.authors),
        url=article.url,
        place=article.place,
        agency=article.agency,
        is_title_derived=article.is_title_derived,
        metadata=dict(article.metadata),
        revision=stored.revision,
        content_hash=stored.content_hash,
        ingested_at=stored.ingested_at,
        **news_members(article),
    )


def stats_body(
    index: IndexStats | None, *, archived: int, pending: int, archive_bytes: int
) -> StatsBody:
    """Counts and sizes; `index` is None while nothing has been indexed."""
    identity = index.encoder if index else None
    return StatsBody(
        archived=archived,
        pending=pending,
        archive_bytes=archive_bytes,
        articles=index.articles if index else 0,
        chunks=index.chunks if index else 0,
        deleted=index.deleted if index else 0,
        languages=dict(index.languages) if index else {},
        segments=index.segments if index else 0,
        index_bytes=index.size_bytes if index else 0,
        snapshot=index.snapshot if index else None,
        encoder=EncoderBody(
            name=identity.name,
            revision=identity.revision,
            dimension=identity.dimension,
            max_tokens=identity.max_tokens,
        )
        if identity
        else None,
        weights={
            language: _learnt(weight) for language, weight in index.calibration.weights.items()
        }
        if index
        else {},
        approximations=[_approximation(segment) for segment in index.approximations]
        if index
        else [],
    )


def _approximation(segment: SegmentApproximation) -> ApproximationBody:
    return ApproximationBody(chunks=segment.chunks, **asdict(segment.approximation))


def _hit(hit: Hit) -> HitBody:
    article = hit.stored.article
    return HitBody(
        rank=hit.rank,
        id=article.id,
        title=article.title,
        title_highlights=_spans(hit.title_highlights),
        language=article.language,
        date=article.date.value if article.date else None,
        source=article.source,
        section=article.section,
        url=article.url,
        score=hit.score,
        parts=_parts(hit.parts),
        passages=[_passage(passage) for passage in hit.passages],
        copies=[_copy(copy) for copy in hit.coverage.copies],
        story=_story(hit.coverage.story) if hit.coverage.story else None,
        explanation=_explanation(hit.explanation) if hit.explanation else None,
    )


def _copy(copy: Copy) -> CopyBody:
    article = copy.stored.article
    return CopyBody(
        id=article.id,
        title=article.title,
        source=article.source,
        date=article.date.value if article.date else None,
        is_original=copy.is_original,
    )


def _story(story: StoryOfHit) -> HitStoryBody:
    return HitStoryBody(id=story.id, title=story.title, articles=story.articles)


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
    )


def _passage(passage: Passage) -> PassageBody:
    return PassageBody(
        start=passage.start,
        end=passage.end,
        text=passage.text,
        highlights=_spans(passage.highlights),
    )


def _spans(spans: Iterable[tuple[int, int]]) -> list[SpanBody]:
    return [SpanBody(start=start, end=end) for start, end in spans]


def _explanation(explanation: Explanation) -> ExplanationBody:
    best = explanation.best_passage
    return ExplanationBody(
        terms=[_term(term) for term in explanation.terms],
        best_passage=_passage(best) if best else None,
        collapsed=[
            CollapsedBody(id=copy.id, rank=copy.rank, score=copy.score)
            for copy in explanation.collapsed
        ],
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


def _learnt(weight: LanguageWeight) -> LearntWeightBody:
    return LearntWeightBody(
        semantic=weight.semantic,
        sampled=weight.sampled,
        origin=weight.origin,
        quality=weight.quality,
    )

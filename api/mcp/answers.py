"""What the tools return: all a model needs to cite an article by id, date and source."""

from api.schemas.body import Body
from index.domain import StoredArticle
from search.asking.answer import Answer
from search.facet_types import DateFacet
from search.request import Hit, Page
from search.results.stories import ToldStory


class Source(Body):
    """An article to cite."""

    id: str
    title: str
    date: str | None
    source: str | None
    language: str
    url: str | None


class Found(Source):
    """A hit with the passages that match."""

    score: float
    found: bool
    passages: list[str]
    story: str | None


class SearchAnswer(Body):
    """The best articles. `total` are found, or at least that many, as `counts` says."""

    read_as: str
    total: int
    counts: str
    articles: list[Found]
    notes: list[str]


class Quoted(Source):
    """A sentence, word for word, of an article, and all sources that say so."""

    text: str
    start: int
    end: int
    sources: list[str]


class AskAnswer(Body):
    """Quotations that answer a question; none if nothing does. `notes` say how it was read."""

    quotations: list[Quoted]
    notes: list[str]


class ArticleAnswer(Source):
    """An article; the full text has `total_characters`. Continue from `next_offset`."""

    authors: list[str]
    section: str | None
    text: str
    total_characters: int
    next_offset: int | None


class StoryAnswer(Body):
    """A story: its articles in chronological order, copies included."""

    id: str
    title: str
    total: int
    articles: list[Source]


class TimelineStep(Body):
    """How many articles there are from day `first` to day `last`, inclusive."""

    first: str
    last: str
    articles: int


class TimelineAnswer(Body):
    """When articles appeared, without empty steps, and the newest in chronological order."""

    by: str
    counts: str
    steps: list[TimelineStep]
    articles: list[Found]


def source_members(stored: StoredArticle) -> dict[str, str | None]:
    """Return the members of `Source`."""
    article = stored.article
    return {
        "id": article.id,
        "title": article.title,
        "date": article.date.value if article.date else None,
        "source": article.source,
        "language": article.language,
        "url": article.url,
    }


def search_answer(page: Page) -> SearchAnswer:
    """Return a page of hits."""
    return SearchAnswer(
        read_as=page.query_read_as,
        total=page.total,
        counts=page.total_relation,
        articles=[_found(hit) for hit in page.hits],
        notes=[note.text for note in page.warnings],
    )


def ask_answer(answer: Answer) -> AskAnswer:
    """Return an answer made of quotations."""
    return AskAnswer(
        quotations=[
            Quoted.model_validate(
                {
                    **source_members(one.stored),
                    "text": one.text,
                    "start": one.start,
                    "end": one.end,
                    "sources": list(one.sources),
                }
            )
            for one in answer.quotations
        ],
        notes=[note.text for note in answer.notes],
    )


def article_answer(stored: StoredArticle, offset: int, limit: int) -> ArticleAnswer:
    """Return an article from a code point on."""
    article = stored.article
    end = offset + limit
    return ArticleAnswer.model_validate(
        {
            **source_members(stored),
            "authors": list(article.authors),
            "section": article.section,
            "text": article.text[offset:end],
            "total_characters": len(article.text),
            "next_offset": end if end < len(article.text) else None,
        }
    )


def story_answer(told: ToldStory) -> StoryAnswer:
    """Return a story in chronological order."""
    summary = told.story.summary
    return StoryAnswer(
        id=summary.id,
        title=told.story.title,
        total=summary.articles,
        articles=[Source.model_validate(source_members(one.stored)) for one in told.articles],
    )


def timeline_answer(page: Page) -> TimelineAnswer:
    """Return the facet `date` of a page sorted by date."""
    (facet,) = page.facets
    assert isinstance(facet, DateFacet)
    return TimelineAnswer(
        by=facet.step,
        counts=facet.basis,
        steps=[
            TimelineStep(first=one.first.isoformat(), last=one.last.isoformat(), articles=one.count)
            for one in facet.bins
            if one.count
        ],
        articles=[_found(hit) for hit in reversed(page.hits)],
    )


def _found(hit: Hit) -> Found:
    story = hit.coverage.story
    return Found.model_validate(
        {
            **source_members(hit.stored),
            "score": round(hit.score, 4),
            "found": hit.is_found,
            "passages": [passage.text for passage in hit.passages],
            "story": story.id if story else None,
        }
    )

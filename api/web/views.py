"""Answers as templates print them: values chosen, formatted and linked, no decisions left.

Text from articles becomes `Markup` only through `api.web.marking`, which escapes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from markupsafe import Markup

from api.web.facets import FacetView, basis_note, facet_views, labels
from api.web.interface import Interface
from api.web.marking import marked, marked_passage
from api.web.state import PageState
from api.web.timeline import TimelineView, timeline_view
from api.web.why import WhyView, why_view
from index.domain import Article, DatePrecision, NewsDate
from index.text.locators import time_code
from search.related import Coverage
from search.request import (
    AUTO,
    OFF,
    Duplicates,
    Hit,
    Match,
    Mode,
    Order,
    Page,
    Passage,
    TotalRelation,
)


@dataclass(frozen=True, slots=True)
class DateView:
    """A date: for machines, for people, and whether it can be shown in the reader's zone."""

    machine: str
    shown: str
    is_zoned: bool


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link, and whether it leads to what is already shown."""

    label: str
    address: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class CopyView:
    """Another article with the same text."""

    address: str
    title: str
    language: str
    source: str | None
    date: DateView | None
    is_original: bool
    is_older: bool


@dataclass(frozen=True, slots=True)
class PassageView:
    """One passage, and where it is in a scan or a recording; else `place` is empty."""

    text: Markup
    place: str


@dataclass(frozen=True, slots=True)
class HitView:
    """One result."""

    rank: int
    id: str
    address: str
    title: Markup
    language: str
    language_name: str
    source: str | None
    section: str | None
    date: DateView | None
    passages: tuple[PassageView, ...]
    copies: tuple[CopyView, ...]
    copies_label: str
    more_copies: LinkView | None
    coverage: LinkView | None
    why: WhyView
    beyond: str
    is_why_open: bool
    are_copies_open: bool


@dataclass(frozen=True, slots=True)
class ChipView:
    """An active filter; its URL removes it."""

    name: str
    value: str
    address: str


@dataclass(frozen=True, slots=True)
class ResultsView:
    """A page of results."""

    summary: str
    hits: tuple[HitView, ...]
    related: tuple[HitView, ...]
    all_ranked: str
    chips: tuple[ChipView, ...]
    facets: tuple[FacetView, ...]
    counted: str
    timeline: TimelineView | None
    notes: tuple[str, ...]
    correction: LinkView | None
    first: str | None
    previous: str | None
    next: str | None
    took: str
    folded: LinkView | None


def results_view(page: Page, state: PageState, words: Interface) -> ResultsView:
    """Return what the results page prints."""
    corrected = page.correction
    return ResultsView(
        summary=summary(page, words),
        hits=hit_views(page.hits, state, words),
        related=hit_views(page.related, state, words),
        all_ranked=state.address(match=Match.ALL.value),
        chips=chips(page, state, words),
        facets=facet_views(page.facets, state, words),
        counted=basis_note(page.facets, words),
        timeline=timeline_view(page.facets, state, words),
        notes=tuple(note.text for note in page.warnings),
        correction=LinkView(corrected, state.address(q=corrected)) if corrected else None,
        first=state.address(cursor=None) if state.parameters.cursor else None,
        previous=state.address(cursor=page.previous) if page.previous else None,
        next=state.address(cursor=page.cursor) if page.cursor else None,
        took=words.number(max(1, round(page.took_ms))),
        folded=_folded(page, state, words),
    )


def _folded(page: Page, state: PageState, words: Interface) -> LinkView | None:
    """Return how many copies are collapsed and a link to show them, or to collapse them again."""
    if page.collapsed:
        shown = words.counted("copies.folded", page.collapsed)
        return LinkView(shown, state.address(duplicates=Duplicates.SHOW.value))
    return None


def summary(page: Page, words: Interface) -> str:
    """Return how many results there are, and which of them are shown."""
    if not page.hits:
        return words.text("results.none")
    counted = words.counted("results.total", page.total)
    if page.total_relation is TotalRelation.LOWER_BOUND:
        counted = words.counted("results.candidates", page.total)
    first, last = page.hits[0].rank, page.hits[-1].rank
    if page.previous is None and page.cursor is None:
        return counted
    return words.text(
        "results.range", first=words.number(first), last=words.number(last), total=counted
    )


def hit_views(hits: Sequence[Hit], state: PageState, words: Interface) -> tuple[HitView, ...]:
    """Return results, with bars drawn to one scale."""
    scale = max((hit.score for hit in hits), default=0.0)
    return tuple(_hit_view(hit, scale, state, words) for hit in hits)


def _hit_view(hit: Hit, scale: float, state: PageState, words: Interface) -> HitView:
    article = hit.stored.article
    return HitView(
        rank=hit.rank,
        id=article.id,
        address=article_address(article.id, state.query),
        title=marked(article.title, hit.title_highlights),
        language=article.language,
        language_name=words.language_name(article.language),
        source=article.source,
        section=article.section,
        date=date_view(article.date, words),
        passages=tuple(
            PassageView(marked_passage(passage), _place(passage, words)) for passage in hit.passages
        ),
        copies=copy_views(hit.coverage, state.query, words),
        copies_label=words.counted("copies", hit.coverage.copies_total),
        more_copies=more_copies(hit, state.query, words),
        coverage=coverage_link(hit.coverage, words),
        why=why_view(hit, scale, words),
        beyond="" if hit.is_found else words.text("hit.beyond"),
        is_why_open=("why", article.id) in state.opened,
        are_copies_open=("copies", article.id) in state.opened,
    )


def _place(passage: Passage, words: Interface) -> str:
    """Return where a passage is in a scan or a recording; empty if that is not known."""
    locator = passage.locator
    if locator is None:
        return ""
    is_said = passage.text.startswith(f"{locator.speaker}:")
    known = (
        locator.page and words.text("passage.page", page=locator.page),
        locator.column and words.text("passage.column", column=locator.column),
        None if locator.time_s is None else time_code(locator.time_s),
        None if is_said else locator.speaker,
    )
    return ", ".join(part for part in known if part)


def copy_views(coverage: Coverage, query: str, words: Interface) -> tuple[CopyView, ...]:
    """Return the other articles with the same text."""
    return tuple(
        CopyView(
            article_address(copy.headline.id, query),
            copy.headline.title,
            copy.headline.language,
            copy.headline.source,
            date_view(copy.headline.date, words),
            copy.is_original,
            copy.is_older,
        )
        for copy in coverage.copies
    )


def more_copies(hit: Hit, query: str, words: Interface) -> LinkView | None:
    """Return a link to all copies of a hit; None if all are listed."""
    total = hit.coverage.copies_total
    if total <= len(hit.coverage.copies):
        return None
    address = f"{article_address(hit.stored.article.id, query)}#copies"
    return LinkView(words.counted("copies.every", total), address)


def coverage_link(coverage: Coverage, words: Interface) -> LinkView | None:
    """Return a link to an article's story; None if it has none."""
    story = coverage.story
    if story is None:
        return None
    return LinkView(words.counted("coverage", story.articles), story_address(story.id))


def story_address(story_id: str) -> str:
    """Return the URL of a story."""
    return f"/stories/{quote(story_id, safe='')}"


def article_address(article_id: str, query: str = "") -> str:
    """Return the URL of an article, with the words of a query marked."""
    marks = f"?{urlencode({'q': query})}" if query.strip() else ""
    return f"/articles/{quote(article_id, safe='/')}{marks}"


def results_address(query: str = "", **filters: str) -> str:
    """Return the URL of the results of a query or filter."""
    pairs = {name: value for name, value in {"q": query, **filters}.items() if value.strip()}
    return f"/?{urlencode(pairs)}" if pairs else "/"


def date_view(date: NewsDate | None, words: Interface) -> DateView | None:
    """Return a date, if there is one."""
    if date is None:
        return None
    is_exact = date.precision in (DatePrecision.MINUTE, DatePrecision.SECOND)
    return DateView(date.value, words.date(date), date.is_zoned and is_exact)


def byline(article: Article, words: Interface) -> str:
    """Return who wrote it, if known."""
    return words.text("article.by", authors=", ".join(article.authors)) if article.authors else ""


def orders(state: PageState, words: Interface) -> list[LinkView]:
    """Return the orders that results may have."""
    return [
        LinkView(
            words.text(f"order.{order}"),
            state.address(sort=None if order is Order.RELEVANCE else order.value),
            is_current=order is state.parameters.sort,
        )
        for order in Order
    ]


RECENCIES = (AUTO, OFF, "7d")
"""The half-lives on the page; a URL may have any other."""


def recencies(state: PageState, words: Interface) -> list[LinkView]:
    """Return whether newer articles rank higher; empty if age cannot count."""
    asked = state.parameters
    if asked.sort is not Order.RELEVANCE or asked.mode is Mode.SEMANTIC:
        return []
    return [
        LinkView(
            words.text(f"recency.{recency}"),
            state.address(recency=None if recency == AUTO else recency),
            is_current=recency == asked.recency,
        )
        for recency in RECENCIES
    ]


def modes(state: PageState, words: Interface) -> list[LinkView]:
    """Return the three search modes as links to the same query."""
    return [
        LinkView(
            words.text(f"mode.{mode}"),
            state.address(mode=None if mode is Mode.HYBRID else mode.value),
            is_current=mode is state.parameters.mode,
        )
        for mode in Mode
    ]


_CHIP_FIELDS = ("lang", "source", "section", "author", "place", "story")


def chips(page: Page, state: PageState, words: Interface) -> tuple[ChipView, ...]:
    """Return the active filters."""
    found = []
    known = labels(page.facets)
    for name in _CHIP_FIELDS:
        for value in state.values(name):
            shown = known.get((name, value), value)
            if name == "lang":
                shown = words.language_name(value)
            found.append(ChipView(words.text(f"field.{name}"), shown, state.toggled(name, value)))
    first, last = state.parameters.date_from, state.parameters.date_to
    if first or last:
        label = f"{first or '…'} – {last or '…'}"
        without = state.address(from_=None, to=None)
        found.append(ChipView(words.text("field.date"), label, without))
    if state.parameters.match is not Match.FOUND:
        shown = words.text("match.all")
        found.append(ChipView(words.text("field.match"), shown, state.address(match=None)))
    duplicates = state.parameters.duplicates
    if duplicates is not Duplicates.COLLAPSE:
        shown = words.text(f"copies.{duplicates}")
        found.append(ChipView(words.text("field.copies"), shown, state.address(duplicates=None)))
    return tuple(found)

"""Facets: how the matching articles are distributed over sources, languages, time, and so on.

A facet ignores its own filter and respects all others, so that it shows the alternatives. Fields in
the query itself (`source:gazette`) are part of the query and always apply.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from index.groups.domain import GroupsView
from index.protocols import Articles
from index.query import DateInterval
from index.runtime import deadline
from index.selection import Selection
from search.facet_types import (
    Basis,
    DateBin,
    DateFacet,
    DateStep,
    Facet,
    FacetName,
    FacetRequest,
    FacetValue,
    ValueFacet,
)
from search.request import SearchRequest
from search.results.timeline import Stretches, span_of, stretches
from search.retrieval import filters

Answers = Callable[[FacetName | None], Selection]
"""Return the articles that answer a request, ignoring the filter of one facet."""


@dataclass(frozen=True, slots=True)
class FacetCounter:
    """Count the facets of one request.

    `matching` returns what answers it, `archived` what passes its filters regardless of the query.
    """

    request: SearchRequest
    wanted: FacetRequest
    basis: Basis
    matching: Answers
    archived: Answers
    zone: ZoneInfo
    view: GroupsView
    archive: Articles

    def count(self) -> tuple[Facet, ...]:
        """Return the facets in the order requested. Raises FilterError."""
        return tuple(self._facet(name) for name in dict.fromkeys(self.wanted.names))

    def _facet(self, name: FacetName) -> Facet:
        deadline.check()
        if name is FacetName.DATE:
            return self._timeline()
        return self._stories() if name is FacetName.STORY else self._values(name)

    def _values(self, name: FacetName) -> ValueFacet:
        chosen = filters.chosen_values(self.request, name)
        counts = self.matching(name).count_values(filters.FIELDS[name], self.wanted.values, chosen)
        absent = {value.casefold(): value for value in chosen}
        values = []
        for value, count in counts.most:
            is_selected = absent.pop(value.casefold(), None) is not None
            values.append(FacetValue(value, value, count, is_selected))
        values += [FacetValue(value, value, 0, True) for value in absent.values()]
        other = counts.total - sum(value.count for value in values)
        return ValueFacet(name, self.basis, tuple(values), counts.distinct, other, counts.missing)

    def _stories(self) -> ValueFacet:
        keys = self.matching(FacetName.STORY).keys()
        counts = Counter(self.view.stories(keys).values())
        order = sorted(counts, key=lambda story: (-counts[story], story))
        chosen = filters.chosen_values(self.request, FacetName.STORY)
        listed = list(dict.fromkeys([*order[: self.wanted.values], *chosen]))
        titles = self._titles(listed)
        values = tuple(
            FacetValue(story, titles.get(story, story), counts[story], story in chosen)
            for story in listed
        )
        in_stories = sum(counts.values())
        other = in_stories - sum(value.count for value in values)
        missing = len(keys) - in_stories
        return ValueFacet(FacetName.STORY, self.basis, values, len(counts), other, missing)

    def _titles(self, stories: list[str]) -> dict[str, str]:
        """Return the headline of each story's central article, if it still exists."""
        central = {story: one.central for story, one in self.view.summaries(stories).items()}
        found = self.archive.headlines(central.values())
        return {story: found[key].title for story, key in central.items() if key in found}

    def _timeline(self) -> DateFacet:
        asked = None
        if self.request.date_from is not None or self.request.date_to is not None:
            asked = filters.interval(self.request, self.zone)
        ignored = None if self.wanted.is_zoomed else FacetName.DATE
        articles = self.matching(ignored)
        extent = articles.date_extent()
        span = span_of(extent, self.zone)
        if span is None:
            return self._dated(self.wanted.step or DateStep.DAY, (), 0, extent.undated)
        periods = stretches(*span, self.wanted.step, self.zone)
        counts = articles.count_dates(periods.bins).tolist()
        volumes: list[int | None] = [None] * len(counts)
        if self.wanted.is_normalised:
            volumes = self.archived(ignored).count_dates(periods.bins).tolist()
        bins = tuple(
            DateBin(first, last, count, _overlaps(asked, periods, at), volume)
            for at, (first, last, count, volume) in enumerate(
                zip(periods.firsts, periods.lasts, counts, volumes, strict=True)
            )
        )
        earlier = len(articles) - extent.undated - sum(counts)
        return self._dated(periods.step, bins, earlier, extent.undated)

    def _dated(
        self, step: DateStep, bins: tuple[DateBin, ...], earlier: int, missing: int
    ) -> DateFacet:
        zone = self.zone.key
        return DateFacet(FacetName.DATE, self.basis, step, zone, bins, earlier, missing)


def _overlaps(asked: DateInterval | None, periods: Stretches, at: int) -> bool:
    """Return whether the requested dates overlap a bin."""
    if asked is None:
        return False
    begin, end = periods.bins.walls[at : at + 2].tolist()
    starts_before = asked.wall_start_s is None or asked.wall_start_s < end
    return starts_before and (asked.wall_end_s is None or asked.wall_end_s > begin)

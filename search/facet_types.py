"""Requests and results of facets and timelines, shared by the engine and all interfaces."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

DEFAULT_VALUES = 10
"""The default number of values in a facet."""

MAX_VALUES = 200
"""The largest number of values in a facet."""

MAX_BINS = 1000
"""The largest number of bins in a timeline."""


class FacetName(StrEnum):
    """The fields that hits can be counted by; each is also a filter."""

    LANGUAGE = "language"
    SOURCE = "source"
    SECTION = "section"
    AUTHOR = "author"
    PLACE = "place"
    STORY = "story"
    DATE = "date"


class DateStep(StrEnum):
    """The calendar steps of a timeline; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Basis(StrEnum):
    """What was counted: every matching article, or the candidates of a ranking by meaning."""

    EXACT = "exact"
    CANDIDATES = "candidates"


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """The facets to count.

    If `step` is None, the range of dates decides. The timeline covers everything that matches,
    regardless of the search's date filters; with `is_zoomed`, it respects them. With
    `is_normalised`, each bin also says how many articles the archive has in that time.
    """

    names: tuple[FacetName, ...]
    values: int = DEFAULT_VALUES
    step: DateStep | None = None
    is_zoomed: bool = False
    is_normalised: bool = False


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value and its number of articles. `label` is the text to show, usually the value."""

    value: str
    label: str
    count: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class ValueFacet:
    """Articles by the values of a field, most frequent first; selected values are always listed.

    `distinct` is the number of values; the unlisted ones have `other` articles in total (an article
    with several authors counts for each). `missing` articles have no value.
    """

    name: FacetName
    basis: Basis
    values: tuple[FacetValue, ...]
    distinct: int
    other: int
    missing: int


@dataclass(frozen=True, slots=True)
class DateBin:
    """Articles dated from day `first` to day `last`, inclusive.

    `volume` is the archive's number of articles there under the same filters, None if not
    requested.
    """

    first: date
    last: date
    count: int
    is_selected: bool
    volume: int | None = None

    @property
    def share(self) -> float | None:
        """The share of the archive's articles; None if unknown or the archive has none."""
        return self.count / self.volume if self.volume else None


@dataclass(frozen=True, slots=True)
class DateFacet:
    """Articles over time, without gaps, in the configured time zone.

    A date counts at its beginning, so an article with only a year counts on the first of January.
    `earlier` articles precede the first bin if there would be more than MAX_BINS; `missing` ones
    have no date.
    """

    name: FacetName
    basis: Basis
    step: DateStep
    zone: str
    bins: tuple[DateBin, ...]
    earlier: int
    missing: int


Facet: TypeAlias = ValueFacet | DateFacet

"""What facets and timelines are asked and answer: the words between the engine and every edge."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

DEFAULT_VALUES = 10
"""How many values a facet lists unless another number is asked for."""

MAX_VALUES = 200
"""The most values that a facet lists."""

MAX_BINS = 1000
"""The most stretches of a timeline."""


class FacetName(StrEnum):
    """What hits can be counted by; each is also a filter."""

    LANGUAGE = "language"
    SOURCE = "source"
    SECTION = "section"
    AUTHOR = "author"
    PLACE = "place"
    STORY = "story"
    DATE = "date"


class DateStep(StrEnum):
    """The calendar stretches of a timeline; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Basis(StrEnum):
    """What was counted: every article that matches, or the candidates of a ranking by meaning."""

    EXACT = "exact"
    CANDIDATES = "candidates"


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """Which facets to count.

    `step` None lets the range decide. The timeline covers everything that matches, whatever the
    dates of the search; with `is_zoomed` only those. With `is_normalised` each of its stretches
    also says how many articles the archive has there.
    """

    names: tuple[FacetName, ...]
    values: int = DEFAULT_VALUES
    step: DateStep | None = None
    is_zoomed: bool = False
    is_normalised: bool = False


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value, and how many articles have it. `label` is what to show; mostly the value."""

    value: str
    label: str
    count: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class ValueFacet:
    """Articles by the values of a field, most first; selected values stand in it in any case.

    `distinct` values there are; those not listed have `other` articles together (one with several
    authors counts for each). `missing` articles have no value.
    """

    name: FacetName
    basis: Basis
    values: tuple[FacetValue, ...]
    distinct: int
    other: int
    missing: int


@dataclass(frozen=True, slots=True)
class DateBin:
    """The articles dated from day `first` to day `last`, inclusive.

    `volume` is how many the archive has there under the same filters, None if it was not asked for.
    """

    first: date
    last: date
    count: int
    is_selected: bool
    volume: int | None = None

    @property
    def share(self) -> float | None:
        """The part of the archive's articles; None without any, or where it was not asked for."""
        return self.count / self.volume if self.volume else None


@dataclass(frozen=True, slots=True)
class DateFacet:
    """Articles over time, without gaps, in the time zone of the settings.

    A date is counted where it begins, so that an article of which only the year is known stands on
    the first of January. `earlier` articles lie before the first bin, where there would have been
    more than MAX_BINS; `missing` ones have no date.
    """

    name: FacetName
    basis: Basis
    step: DateStep
    zone: str
    bins: tuple[DateBin, ...]
    earlier: int
    missing: int


Facet: TypeAlias = ValueFacet | DateFacet

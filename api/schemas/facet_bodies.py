"""The shapes of facets and timelines in JSON. They are filled in `api.schemas.facet_wire`."""

from api.schemas.body import Body
from search.facet_types import Basis, DateStep


class FacetValueBody(Body):
    """A value of a field and its articles. `label` is what to show (of a story its headline)."""

    value: str
    label: str
    count: int
    selected: bool


class ValueFacetBody(Body):
    """Articles by the values of a field, most first.

    `counts` says what was counted: every article that matches (`exact`), or the candidates of a
    ranking by meaning. The values not listed have `other` articles together; `missing` have none.
    """

    counts: Basis
    values: list[FacetValueBody]
    distinct: int
    other: int
    missing: int


class DateBinBody(Body):
    """The articles dated from day `first` to day `last`, inclusive: `from` and `to` of a search.

    `archive` is how many there are under the same filters whatever the query, and `share` the part
    that matches: null where it was not asked for or there are none.
    """

    first: str
    last: str
    count: int
    selected: bool
    archive: int | None
    share: float | None


class DateFacetBody(Body):
    """Articles over time, without gaps. Those `missing` have no date."""

    counts: Basis
    by: DateStep
    time_zone: str
    bins: list[DateBinBody]
    earlier: int
    missing: int


FacetBodies = dict[str, ValueFacetBody | DateFacetBody]

"""Facets and timelines as JSON."""

from api.schemas.body import Body
from search.facet_types import Basis, DateBin, DateFacet, DateStep, Facet, ValueFacet


class FacetValueBody(Body):
    """A value of a field and its articles. `label` is what to show (a story's headline)."""

    value: str
    label: str
    count: int
    selected: bool


class ValueFacetBody(Body):
    """Articles by the values of a field, most frequent first.

    `counts` says what was counted: every matching article (`exact`), or the candidates of a ranking
    by meaning. Values not listed have `other` articles together; `missing` articles have no value.
    """

    counts: Basis
    values: list[FacetValueBody]
    distinct: int
    other: int
    missing: int


class DateBinBody(Body):
    """The articles dated from day `first` to day `last`, inclusive (a search's `from` and `to`).

    `archive` is how many articles pass the same filters, whatever the query, and `share` the
    fraction of them that matches; null if not requested or if there are none.
    """

    first: str
    last: str
    count: int
    selected: bool
    archive: int | None
    share: float | None


class DateFacetBody(Body):
    """Articles over time, without gaps; `missing` articles have no date."""

    counts: Basis
    by: DateStep
    time_zone: str
    bins: list[DateBinBody]
    earlier: int
    missing: int


FacetBodies = dict[str, ValueFacetBody | DateFacetBody]


def facet_bodies(facets: tuple[Facet, ...]) -> FacetBodies:
    """Return facets by name, in the order requested."""
    return {facet.name.value: _facet(facet) for facet in facets}


def _facet(facet: Facet) -> ValueFacetBody | DateFacetBody:
    if isinstance(facet, ValueFacet):
        return _values(facet)
    return _dates(facet)


def _values(facet: ValueFacet) -> ValueFacetBody:
    return ValueFacetBody(
        counts=facet.basis,
        values=[
            FacetValueBody(
                value=value.value,
                label=value.label,
                count=value.count,
                selected=value.is_selected,
            )
            for value in facet.values
        ],
        distinct=facet.distinct,
        other=facet.other,
        missing=facet.missing,
    )


def _dates(facet: DateFacet) -> DateFacetBody:
    return DateFacetBody(
        counts=facet.basis,
        by=facet.step,
        time_zone=facet.zone,
        bins=[_date_bin(one) for one in facet.bins],
        earlier=facet.earlier,
        missing=facet.missing,
    )


def _date_bin(one: DateBin) -> DateBinBody:
    return DateBinBody(
        first=one.first.isoformat(),
        last=one.last.isoformat(),
        count=one.count,
        selected=one.is_selected,
        archive=one.volume,
        share=one.share,
    )

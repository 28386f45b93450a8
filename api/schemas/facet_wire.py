"""From facets and timelines to JSON."""

from api.schemas.facet_bodies import (
    DateBinBody,
    DateFacetBody,
    FacetBodies,
    FacetValueBody,
    ValueFacetBody,
)
from search.facet_types import (
    DateBin,
    DateFacet,
    Facet,
    ValueFacet,
)


def facet_bodies(facets: tuple[Facet, ...]) -> FacetBodies:
    """Facets by name, in the order asked for."""
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
        bins=[date_bin_body(one) for one in facet.bins],
        earlier=facet.earlier,
        missing=facet.missing,
    )


def date_bin_body(one: DateBin) -> DateBinBody:
    """One stretch of a timeline."""
    return DateBinBody(
        first=one.first.isoformat(),
        last=one.last.isoformat(),
        count=one.count,
        selected=one.is_selected,
        archive=one.volume,
        share=one.share,
    )

"""Facets as lists of links: each value adds or removes itself as a filter."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.interface import Interface
from api.web.state import PageState
from search.facet_types import (
    Basis,
    Facet,
    FacetName,
    FacetValue,
    ValueFacet,
)

MORE_VALUES = 100
"""How many values are listed when more are requested."""

PARAMETERS = {FacetName.LANGUAGE: "lang"}
"""Facets whose filter has a different name."""


@dataclass(frozen=True, slots=True)
class FacetValueView:
    """A value to select or deselect."""

    label: str
    count: str
    address: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet. `more` links to the same page with longer lists."""

    name: str
    label: str
    values: tuple[FacetValueView, ...]
    other: str | None
    more: str | None


def facet_views(
    facets: Sequence[Facet], state: PageState, words: Interface
) -> tuple[FacetView, ...]:
    """Return the facets that offer a choice."""
    return tuple(
        _facet_view(facet, state, words)
        for facet in facets
        if isinstance(facet, ValueFacet) and _offers_choice(facet)
    )


def basis_note(facets: Sequence[Facet], words: Interface) -> str:
    """Return what was counted, in words."""
    if all(facet.basis is Basis.EXACT for facet in facets):
        return words.text("facets.exact")
    return words.text("facets.candidates")


def labels(facets: Sequence[Facet]) -> dict[tuple[str, str], str]:
    """Return what to show for a selected value if not the value itself."""
    return {
        (parameter(facet.name), value.value): value.label
        for facet in facets
        if isinstance(facet, ValueFacet)
        for value in facet.values
    }


def parameter(name: FacetName) -> str:
    """Return the name of a facet's filter in a URL."""
    return PARAMETERS.get(name, name.value)


def _offers_choice(facet: ValueFacet) -> bool:
    return facet.distinct > 1 or any(value.is_selected for value in facet.values)


def _facet_view(facet: ValueFacet, state: PageState, words: Interface) -> FacetView:
    name = parameter(facet.name)
    is_cut = facet.distinct > len(facet.values) and len(facet.values) < MORE_VALUES
    return FacetView(
        name,
        words.text(f"field.{name}"),
        tuple(_value_view(name, value, state, words) for value in facet.values),
        words.counted("facets.other", facet.other) if facet.other else None,
        state.address(facet_limit=str(MORE_VALUES)) if is_cut else None,
    )


def _value_view(name: str, value: FacetValue, state: PageState, words: Interface) -> FacetValueView:
    label = words.language_name(value.value) if name == "lang" else value.label
    chosen = state.values(name)
    # Filters ignore case, so a value typed into a URL may be spelt differently.
    written = next((one for one in chosen if one.casefold() == value.value.casefold()), value.value)
    return FacetValueView(
        label, words.number(value.count), state.toggled(name, written), value.is_selected
    )

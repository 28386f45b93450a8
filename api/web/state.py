"""The state in the URL of a results page, and the URLs of neighbouring states.

Every state of the page is a URL: the parameters of a search by their API names, and those that only
the page has. Unknown parameters are ignored.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from api.schemas.parameters import SearchParameters
from api.web.asked import known
from search.facet_types import DEFAULT_VALUES, FacetName, FacetRequest
from search.request import SearchRequest

FACET_VALUES = 6
"""How many values a facet lists at first: the column next to the results is long enough."""

RELATED = 5
"""How many related articles, not found but near in meaning, follow the found ones."""

_DRAWERS = ("why", "copies")
_PAGE_BOUND = ("cursor", *_DRAWERS)
"""What belongs to one page of one ranking and does not survive a change of the query."""


@dataclass(frozen=True, slots=True)
class PageState:
    """A state of the results page. `opened` lists the open drawers, each (kind, id)."""

    parameters: SearchParameters
    opened: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Return the state in query parameters. Raises pydantic's ValidationError."""
        given = list(pairs)
        opened = tuple((name, value) for name, value in given if name in _DRAWERS)
        return cls(known(SearchParameters, given, q=""), opened)

    @property
    def query(self) -> str:
        """Return what was typed."""
        return self.parameters.q

    def to_request(self) -> SearchRequest:
        """Return the search for this state, with explanations and facets."""
        asked = self.parameters
        values = FACET_VALUES if asked.facet_limit == DEFAULT_VALUES else asked.facet_limit
        facets = FacetRequest(tuple(FacetName), values, asked.by, asked.zoom, asked.normalise)
        return replace(asked.to_request(), explain=True, facets=facets, related=RELATED)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the state as query parameters, without defaults."""
        given = self.parameters.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for implied in ("explain", "facets"):
            given.pop(implied, None)
        pairs = []
        for name, value in given.items():
            values = value if isinstance(value, list) else [value]
            pairs += [(name, _written(one)) for one in values if one != ""]
        return [*pairs, *self.opened]

    def address(self, **changes: str | list[str] | None) -> str:
        """Return the URL of this state, with other values for some names (None: without)."""
        replaced = {name.rstrip("_") for name in changes} | (set(_PAGE_BOUND) if changes else set())
        pairs = [(name, value) for name, value in self.pairs() if name not in replaced]
        for name, change in changes.items():
            values = change if isinstance(change, list) else [change]
            pairs += [(name.rstrip("_"), value) for value in values if value]
        return f"/?{urlencode(pairs)}" if pairs else "/"

    def values(self, name: str) -> list[str]:
        """Return the values of a filter that takes several."""
        return [value for given, value in self.pairs() if given == name]

    def toggled(self, name: str, value: str) -> str:
        """Return the URL with one value of a filter removed or added."""
        values = self.values(name)
        others = [one for one in values if one != value]
        return self.address(**{name: others if value in values else [*values, value]})

    def kept(self, *names: str) -> list[tuple[str, str]]:
        """Return what a form that sets the query, and `names`, has to keep: mode and filters."""
        dropped = {"q", *_PAGE_BOUND, *names}
        return [(name, value) for name, value in self.pairs() if name not in dropped]


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

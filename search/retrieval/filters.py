"""The filters of a request as query nodes, by the facet that each narrows."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from index.dates import dates
from index.domain import UNKNOWN_LANGUAGE
from index.errors import FilterError
from index.groups.domain import GroupsView
from index.query import Among, Bool, DateInterval, Exact, ExactField, Node
from index.text.language_tags import primary_subtag
from search.facet_types import FacetName
from search.request import SearchRequest
from search.retrieval import candidates

FIELDS: Mapping[FacetName, ExactField] = {
    FacetName.LANGUAGE: ExactField.LANGUAGE,
    FacetName.SOURCE: ExactField.SOURCE,
    FacetName.SECTION: ExactField.SECTION,
    FacetName.AUTHOR: ExactField.AUTHOR,
    FacetName.PLACE: ExactField.PLACE,
}
"""The facets that are fields of the index."""


def chosen_values(request: SearchRequest, name: FacetName) -> tuple[str, ...]:
    """Return what a request's filter accepts; empty if it has none. Raises FilterError."""
    match name:
        case FacetName.LANGUAGE:
            return tuple(map(language, request.languages))
        case FacetName.SOURCE:
            return request.sources
        case FacetName.SECTION:
            return request.sections
        case FacetName.AUTHOR:
            return request.authors
        case FacetName.PLACE:
            return request.places
        case FacetName.STORY:
            return request.stories
        case FacetName.DATE:
            return ()


def filters(request: SearchRequest, zone: ZoneInfo, view: GroupsView) -> dict[FacetName, Node]:
    """Return the filters of a request. Raises FilterError."""
    found: dict[FacetName, Node] = {}
    for name, field in FIELDS.items():
        if values := chosen_values(request, name):
            found[name] = Bool(should=tuple(Exact(field, value) for value in values))
    if request.stories:
        keys = {key for story in request.stories for key in view.members(story).tolist()}
        found[FacetName.STORY] = Among(tuple(sorted(keys)))
    if request.date_from is not None or request.date_to is not None:
        found[FacetName.DATE] = interval(request, zone)
    return found


def all_of(found: Mapping[FacetName, Node], but: FacetName | None = None) -> Node | None:
    """Combine all filters but one into a node; None if none is left."""
    return candidates.both(*(node for name, node in found.items() if name is not but))


def language(tag: str) -> str:
    """Return the language tag as articles carry it. Raises FilterError."""
    try:
        return primary_subtag(tag) or UNKNOWN_LANGUAGE
    except ValueError as error:
        raise FilterError(f"the language of the search: {error}") from error


def interval(request: SearchRequest, zone: ZoneInfo) -> DateInterval:
    """Return the interval of a request's dates. Raises FilterError."""
    try:
        return dates.join(request.date_from, request.date_to, zone)
    except ValueError as error:
        raise FilterError(f"the dates of the search: {error}") from error

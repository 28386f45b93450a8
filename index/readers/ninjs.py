"""ninjs, the IPTC's News in JSON: versions 1.x, 2.x and 3.x, as objects of any JSON file.

The versions differ in the case of names (`versioncreated`, `versionCreated`) and in which fields
are lists (`headline`, `headlines`); both differences are evened out.
"""

from collections.abc import Mapping
from typing import Any

from index.feeds.markup import text_of
from index.records.pictures import given, image, media_kind

FIELDS = (
    ("id", "`uri`, else `guid`"),
    ("version", "`version`"),
    ("title", "`headline`, the first of `headlines`; else `title`"),
    ("text", "`body_text`, else `body_xhtml`, `body_html`; `bodies`; else `description…`"),
    ("lang", "`language`"),
    ("date", "`contentcreated`, else `firstcreated`, else `versioncreated`"),
    ("created", "`firstcreated`"),
    ("updated", "`versioncreated`"),
    ("embargo", "`embargoed`"),
    ("usage", "`pubstatus`; an empty `embargoed` is withheld"),
    ("urgency", "`urgency`"),
    ("slugline", "`slugline`"),
    ("byline", "`byline`"),
    ("authors", "`by`, the names of `creators`, `authors`"),
    ("place", "`located`, else the first of `place`"),
    ("source", "`source`"),
    ("section", "the first of `service`, `services`"),
    ("provider", "the first of `infosource`, `infosources`; else `copyrightholder`"),
    ("metadata.kind", "`picture` or `video`, from `type`; the caption is the text"),
    ("metadata.image", "the renditions of a picture, else of the first associated one"),
    ("subjects", "`subject`, `subjects`: code or uri, and name"),
    ("metadata.ednote", "`ednote`"),
    ("metadata.usageterms", "`usageterms`"),
    ("metadata.keywords", "`keywords`"),
)
_MARKS = frozenset({"headline", "headlines", "bodytext", "bodyxhtml", "bodies", "pubstatus"})
_STATES = frozenset({"pubstatus", "versioncreated", "firstcreated", "profile"})
"""What an object with a `guid` has besides only if it is ninjs, as Superdesk writes it."""


def is_ninjs(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is ninjs: it has a uri, and names that other records do not use."""
    if "text" in record or ("title" in record and "headlines" not in record):
        return False
    names = _folded(record)
    has_body = any(name.startswith("body") for name in names) or "descriptions" in names
    if "uri" in record:
        return (has_body and "type" in names) or not _MARKS.isdisjoint(names)
    is_item = has_body or "headline" in names
    return "guid" in record and is_item and not _STATES.isdisjoint(names)


def fields_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the article; values of the wrong type are left out, or refused later."""
    item = _folded(record)
    version = item.get("version")
    return {
        "id": record.get("uri") or _value(record.get("guid")),
        "version": version if str(version).isdigit() else None,
        "title": _first(item, "headline", "headlines", "title"),
        "text": _text(item),
        "lang": item.get("language"),
        "date": item.get("contentcreated")
        or item.get("firstcreated")
        or item.get("versioncreated"),
        "created": item.get("firstcreated"),
        "updated": item.get("versioncreated"),
        "embargo": item.get("embargoed"),
        "usage": _usage(item),
        "urgency": item.get("urgency"),
        "slugline": _first(item, "slugline", "sluglines"),
        "byline": _first(item, "byline", "bylines"),
        "authors": _names(item.get("by"))
        or _names(item.get("creators"))
        or _names(item.get("authors"))
        or _names(item.get("author")),
        "place": _first(item, "located", "place", "places"),
        "source": _first(item, "source"),
        "section": _first(item, "service", "services"),
        "provider": _first(item, "infosource", "infosources", "copyrightholder"),
        "subjects": _subjects(item),
        "metadata": {
            name: item[name] for name in ("ednote", "usageterms", "keywords") if name in item
        }
        | given(kind=media_kind(item.get("type")), image=_image(item)),
    }


def _image(item: Mapping[str, Any]) -> dict[str, str] | None:
    """A picture item's own picture, else the first picture associated with the item."""
    associations = item.get("associations")
    if isinstance(associations, Mapping):
        associations = list(associations.values())
    own = [item] if media_kind(item.get("type")) else []
    for one in [*own, *map(_folded, _objects(associations))]:
        if media_kind(one.get("type")) != "picture":
            continue
        renditions = one.get("renditions")
        if isinstance(renditions, Mapping):
            renditions = list(renditions.values())
        for rendition in _objects(renditions):
            caption = _body(one, "description", "descriptions") or _body(one, "body", "bodies")
            credit = _first(one, "byline", "creditline", "copyrightholder")
            if found := image(rendition.get("href"), caption, credit):
                return found
    return None


def _usage(item: Mapping[str, Any]) -> Any:
    """The status; an item under an embargo whose end is not stated is withheld."""
    usage, embargo = item.get("pubstatus"), item.get("embargoed")
    is_open = isinstance(embargo, str) and not embargo.strip()
    is_usable = usage is None or str(usage).lower().endswith("usable")
    return "withheld" if is_open and is_usable else usage


def _folded(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "").lower(): value for name, value in record.items()}


def _value(item: Any) -> str | None:
    """A string, or the string in an object: `{"value": …}`, `{"name": …}`, `{"names": […]}`."""
    if isinstance(item, Mapping):
        names = item.get("names")
        first = names[0] if isinstance(names, list) and names else None
        return _value(item.get("value") or item.get("name") or first)
    return item if isinstance(item, str) else None


def _first(item: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        found = item.get(name)
        for one in found if isinstance(found, list) else [found]:
            if value := _value(one):
                return value
    return None


def _names(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [name for name in map(_value, items) if name]


def _text(item: Mapping[str, Any]) -> str | None:
    """The body: plain text, else the text of markup; else the description (a caption)."""
    return _body(item, "body", "bodies") or _body(item, "description", "descriptions")


def _body(item: Mapping[str, Any], name: str, plural: str) -> str | None:
    """Of `body_text`, `body_xhtml`, `body_html`, `body_…` and of `bodies`."""
    plain = [item.get(f"{name}text")]
    markup = [item.get(f"{name}xhtml"), item.get(f"{name}html")]
    markup += [value for key, value in item.items() if key.startswith(name) and key != plural]
    for one in _objects(item.get(plural)):
        kind = str(one.get("contentType") or one.get("contenttype") or "text/plain")
        (plain if "plain" in kind else markup).append(one.get("value"))
    texts = [one.strip() for one in plain if isinstance(one, str)]
    texts += [text_of(one) for one in markup if isinstance(one, str)]
    return next((text for text in texts if text), None)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _subjects(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = item.get("subjects") or item.get("subject")
    found = []
    for subject in given if isinstance(given, list) else []:
        if isinstance(subject, Mapping):
            code = subject.get("code") or subject.get("uri") or subject.get("literal")
            found.append({"code": code, "name": _value(subject)})
    return found

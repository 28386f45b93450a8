"""ninjs, the IPTC's News in JSON: versions 1.x, 2.x and 3.x, as objects of any JSON file.

The versions differ in the case of names (`versioncreated`, `versionCreated`) and in which fields
are lists (`headline`, `headlines`); both differences are evened out.
"""

from collections.abc import Mapping
from typing import Any

from index.feeds.markup import text_of

FIELDS = (
    ("id", "`uri`"),
    ("version", "`version`"),
    ("title", "`headline`, the first of `headlines`; else `title`"),
    ("text", "`body_text`, else `body_xhtml`; of `bodies`, the plain text, else the HTML"),
    ("lang", "`language`"),
    ("date", "`contentcreated`, else `firstcreated`, else `versioncreated`"),
    ("created", "`firstcreated`"),
    ("updated", "`versioncreated`"),
    ("embargo", "`embargoed`"),
    ("usage", "`pubstatus`; an empty `embargoed` is withheld"),
    ("urgency", "`urgency`"),
    ("slugline", "`slugline`"),
    ("byline", "`byline`"),
    ("authors", "`by`, the names of `creators`"),
    ("place", "`located`"),
    ("provider", "the first of `infosource`, `infosources`; else `copyrightholder`"),
    ("subjects", "`subject`, `subjects`: code or uri, and name"),
    ("metadata.ednote", "`ednote`"),
    ("metadata.usageterms", "`usageterms`"),
    ("metadata.keywords", "`keywords`"),
)
_MARKS = frozenset({"headline", "headlines", "bodytext", "bodyxhtml", "bodies", "pubstatus"})


def is_ninjs(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is ninjs: it has a uri, and names that other records do not use."""
    if "uri" not in record or "text" in record or ("title" in record and "headlines" not in record):
        return False
    return not _MARKS.isdisjoint(_folded(record))


def fields_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the article; values of the wrong type are left out, or refused later."""
    item = _folded(record)
    version = item.get("version")
    return {
        "id": record["uri"],
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
        "authors": _names(item.get("by")) or _names(item.get("creators")),
        "place": _first(item, "located"),
        "provider": _first(item, "infosource", "infosources", "copyrightholder"),
        "subjects": _subjects(item),
        "metadata": {
            name: item[name] for name in ("ednote", "usageterms", "keywords") if name in item
        },
    }


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
    bodies = item.get("bodies")
    bodies = (
        [body for body in bodies if isinstance(body, Mapping)] if isinstance(bodies, list) else []
    )
    plain, markup = item.get("bodytext"), item.get("bodyxhtml")
    for body in bodies:
        kind = str(body.get("contentType") or body.get("contenttype") or "text/plain")
        if "plain" in kind:
            plain = plain or body.get("value")
        else:
            markup = markup or body.get("value")
    if isinstance(plain, str) and plain.strip():
        return plain
    return text_of(markup) if isinstance(markup, str) else None


def _subjects(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = item.get("subjects") or item.get("subject")
    found = []
    for subject in given if isinstance(given, list) else []:
        if isinstance(subject, Mapping):
            code = subject.get("code") or subject.get("uri") or subject.get("literal")
            found.append({"code": code, "name": _value(subject)})
    return found

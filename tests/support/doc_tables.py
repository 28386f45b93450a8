"""The tables in the documentation that are made from the code, between marks; tests compare."""

from collections.abc import Callable, Iterable, Sequence

from limit_table import all_limits
from pydantic import BaseModel

from api.http.problem_responses import TYPE_PREFIX
from api.problems import KINDS
from api.schemas.parameters import AskParameters, SearchParameters
from api.settings.settings import SETTINGS
from index.readers.field_names import OTHER_NAMES
from index.readers.formats import FORMATS


def settings_table() -> str:
    """All settings."""
    return _table(
        ("setting", "environment", "default", "meaning"),
        (
            (f"`{setting.name}`", f"`{setting.variable}`", setting.default_text, setting.meaning)
            for setting in SETTINGS
        ),
    )


def problems_table() -> str:
    """How each error is answered over HTTP."""
    return _table(
        ("status", "type", "when"),
        (
            (str(kind.status.value), f"`{TYPE_PREFIX}{kind.name}`", kind.title)
            for kind in sorted(KINDS.values(), key=lambda kind: (kind.status, kind.name))
        ),
    )


def parameters_table(model: type[BaseModel] = SearchParameters) -> str:
    """What a search, or another request, may ask."""
    return _table(
        ("parameter", "default", "meaning"),
        (
            (
                f"`{field.alias or name}`",
                "required" if field.is_required() else f"`{_json(field.default)}`",
                field.description or "",
            )
            for name, field in model.model_fields.items()
        ),
    )


def limits_table() -> str:
    """All limits."""
    return _table(
        ("limit", "value", "beyond it", "name"),
        ((one.what, one.value, one.beyond, f"`{one.name}`") for one in all_limits()),
    )


def formats_table() -> str:
    """The formats that are read, and how each is told."""
    return _table(
        ("format", "what", "suffixes", "recognised by"),
        (
            (
                f"`{one.name}`",
                one.about + (f" (`newsearch[{one.extra}]`)" if one.extra else ""),
                ", ".join(f"`{suffix}`" for suffix in one.suffixes) or "none of its own",
                one.recognised_by,
            )
            for one in FORMATS
        ),
    )


def fields_tables() -> str:
    """Where each format's fields come from; formats with one mapping together."""
    names: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for one in FORMATS:
        if one.fields:
            names.setdefault(one.fields, []).append(f"`{one.name}`")
    return "\n\n".join(
        f"### {', '.join(formats)}\n\n" + _table(("field", "comes from"), _quoted(fields))
        for fields, formats in names.items()
    )


def kept_table() -> str:
    """Which fields each reader keeps."""
    return _table(
        ("format", "keeps"),
        (
            (f"`{one.name}`", ", ".join(_kept(name) for name, _ in one.fields) or "nothing")
            for one in FORMATS
        ),
    )


def _kept(name: str) -> str:
    """A field as it is listed; `all` stands for every field that a record can have."""
    if name in ("all", "all others"):
        return (
            "every other field by its name" if name == "all others" else "every field by its name"
        )
    return ", ".join(f"`{one}`" for one in name.split(", ")) if name[0].islower() else name


def names_table() -> str:
    """What else the fields of records may be called."""
    return _table(
        ("field", "other names"),
        (
            (f"`{field}`", ", ".join(f"`{name}`" for name in names))
            for field, names in OTHER_NAMES.items()
        ),
    )


def _quoted(fields: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return (
        (field if " " in field or field == "all" else f"`{field}`", source)
        for field, source in fields
    )


def mark(name: str) -> tuple[str, str]:
    """The lines between which a table stands."""
    return f"<!-- {name}: made by api/doc_tables.py -->", f"<!-- end of {name} -->"


TABLES: dict[str, Callable[[], str]] = {
    "formats": formats_table,
    "kept": kept_table,
    "fields": fields_tables,
    "names": names_table,
    "settings": settings_table,
    "problems": problems_table,
    "limits": limits_table,
    "parameters": parameters_table,
    "ask": lambda: parameters_table(AskParameters),
}


def filled(text: str) -> str:
    """A document with its tables as they should be."""
    for name, table in TABLES.items():
        begin, end = mark(name)
        before, found, rest = text.partition(begin)
        if found:
            behind = rest.partition(end)[2]
            text = f"{before}{begin}\n\n{table()}\n\n{end}{behind}"
    return text


def _json(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (header, ["---"] * len(header), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

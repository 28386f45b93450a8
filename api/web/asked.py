"""What an address asks: known parameters only, because links from elsewhere carry all sorts."""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel

Parameters = TypeVar("Parameters", bound=BaseModel)

Pairs = Iterable[tuple[str, str]]


def names(model: type[BaseModel]) -> dict[str, bool]:
    """The parameters of a model by the names they have in addresses; whether each takes several."""
    return {
        field.alias or name: "list" in str(field.annotation).lower() or field.default == []
        for name, field in model.model_fields.items()
    }


def known(model: type[Parameters], pairs: Pairs, **given: object) -> Parameters:
    """A model read from query parameters; empty values say nothing, unknown ones are ignored.

    Raises pydantic's ValidationError.
    """
    takes_several = names(model)
    values: dict[str, Any] = dict(given)
    for name, value in pairs:
        if not value or name not in takes_several:
            continue
        if takes_several[name]:
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    return model.model_validate(values)

"""Read the parameters of a URL: known ones only, because links from elsewhere have others."""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel

from api.schemas.parameters import is_repeatable, parameter_names

Parameters = TypeVar("Parameters", bound=BaseModel)

Pairs = Iterable[tuple[str, str]]


def known(model: type[Parameters], pairs: Pairs, **given: object) -> Parameters:
    """Read a model from query parameters, without empty and unknown ones.

    Raises pydantic's ValidationError.
    """
    attributes = parameter_names(model)
    values: dict[str, Any] = dict(given)
    for name, value in pairs:
        if not value or name not in attributes:
            continue
        if is_repeatable(model, attributes[name]):
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    return model.model_validate(values)

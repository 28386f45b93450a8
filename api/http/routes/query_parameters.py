"""Read the parameters of a URL into their model, as FastAPI would.

FastAPI works out again for every request which parameters are lists. What is accepted, what is
refused and the messages are the same; a test compares the two.
"""

from collections.abc import Callable, Collection
from typing import TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

from api.schemas.parameters import is_repeatable, parameter_names

Parameters = TypeVar("Parameters", bound=BaseModel)


def reader(model: type[Parameters]) -> Callable[[QueryParams], Parameters]:
    """Return a function that builds a model from a query. It raises RequestValidationError."""
    lists = {
        name
        for name, attribute in parameter_names(model).items()
        if is_repeatable(model, attribute)
    }

    def read(query: QueryParams) -> Parameters:
        try:
            return model.model_validate(_given(query, lists))
        except ValidationError as error:
            found = error.errors(include_url=False)
            raise RequestValidationError(
                [{**one, "loc": ("query", *one["loc"])} for one in found]
            ) from error

    return read


def _given(query: QueryParams, lists: Collection[str]) -> dict[str, str | list[str]]:
    """Return the values by name: all values of a list, else the last one."""
    given: dict[str, str | list[str]] = dict(query)
    for name in lists & given.keys():
        given[name] = query.getlist(name)
    return given

"""Command line options made from the parameters of a request.

`api.schemas.parameters` declares each parameter once, with its type, bounds, default and meaning;
HTTP reads it from there too. A parameter `date_from`, called `from` elsewhere, is `--from`.
"""

import functools
import inspect
from collections.abc import Callable, Collection
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import typer
from pydantic import BaseModel, ValidationError

from api.schemas.parameters import COMMA_SEPARATED, is_repeatable, parameter_names
from api.settings.nearest import did_you_mean

Parameters = TypeVar("Parameters", bound=BaseModel)


def asks(
    model: type[BaseModel], *, argument: str, only: Collection[str] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the parameters of `model` as options; it receives them as `parameters`.

    `q` becomes the argument, shown as `argument` in help texts; if it is one text, several
    arguments are joined by spaces, so that people who forget the quotes get what they mean. `only`
    limits the options to these, by their names in URLs.
    """
    offered = {
        name: attribute
        for name, attribute in parameter_names(model).items()
        if only is None or name in only
    }

    is_text = "q" in offered and not is_repeatable(model, offered["q"])

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def asked(ctx: typer.Context, **given: Any) -> None:
            values = {name: given.pop(attribute) for name, attribute in offered.items()}
            if is_text and isinstance(values.get("q"), list):
                values["q"] = " ".join(values["q"])
            command(ctx, parameters=_validated(model, values), **given)

        declared = inspect.signature(command, eval_str=True).parameters.values()
        made = [_declared(model, *pair, argument) for pair in offered.items()]
        first, *rest = (one for one in declared if one.name != "parameters")
        _set_signature(asked, [first, *made, *rest])
        return asked

    return decorate


def _set_signature(command: Callable[..., None], declared: Collection[inspect.Parameter]) -> None:
    keyword = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in declared]
    command.__dict__["__signature__"] = inspect.Signature(keyword)
    command.__annotations__ = {one.name: one.annotation for one in keyword}


def _declared(
    model: type[BaseModel], name: str, attribute: str, argument: str
) -> inspect.Parameter:
    """Return one parameter as typer declares options and arguments."""
    field = model.model_fields[attribute]
    help_text = (field.description or "").replace("`", "'")
    kind = _plain(field.annotation)
    default = field.default
    if COMMA_SEPARATED in field.metadata:
        kind, default = str | None, None
    elif is_repeatable(model, attribute):
        kind, default = list[str] | None, None
    if name == "q":
        kind = list[str]
        note = typer.Argument(metavar=argument, help=help_text)
        default = inspect.Parameter.empty
    else:
        flag = f"--{name.replace('_', '-')}"
        low, high = (
            next((getattr(one, bound) for one in field.metadata if hasattr(one, bound)), None)
            for bound in ("ge", "le")
        )
        note = typer.Option(flag, min=low, max=high, help=help_text)
    return inspect.Parameter(
        attribute,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, note],
    )


def _plain(kind: Any) -> Any:
    """Return a type without its pydantic metadata, which typer would not understand."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return Union[tuple(_plain(one) for one in get_args(kind))]  # noqa: UP007
    return kind


def _validated(model: type[Parameters], values: dict[str, Any]) -> Parameters:
    """Build the request. Raises BadParameter."""
    try:
        return model.model_validate({k: v for k, v in values.items() if v is not None})
    except ValidationError as error:
        raise typer.BadParameter(told(error)) from error


def told(error: ValidationError) -> str:
    """Return the first error and what is expected instead."""
    first = error.errors()[0]
    name = str(first["loc"][0])
    if first["type"] == "enum":
        known = str(first["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return f"{name}: there is no {first['input']!r}; {did_you_mean(str(first['input']), known)}"
    return f"{name}: {first['msg']}"

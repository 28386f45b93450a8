"""How a setting is declared: a field of `Settings` with its meaning, reader and default."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

PREFIX = "NEWSEARCH_"

Environment = Mapping[str, str]


class Source(StrEnum):
    """Where a value can come from, strongest first."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value came from; `detail` is the flag, the variable or the file."""

    source: Source
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.source} {self.detail}".strip()


@dataclass(frozen=True, slots=True)
class Computed:
    """A default that depends on the machine; `text` describes it."""

    make: Callable[[Environment], Any]
    text: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, its meaning, how a value is read, and its default.

    `read` turns a string (flag, environment) or a TOML value into the value, or raises ValueError
    saying what is expected. `show` removes secrets from a value before it is displayed.
    """

    name: str
    meaning: str
    read: Callable[[Any], Any]
    default: Any
    show: Callable[[Any], Any]

    @property
    def flag(self) -> str:
        """`--data-dir`"""
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """`NEWSEARCH_DATA_DIR`"""
        return f"{PREFIX}{self.name.upper()}"

    def default_in(self, environ: Environment) -> Any:
        """Return the value to use if none is set."""
        return self.default.make(environ) if isinstance(self.default, Computed) else self.default

    @property
    def default_text(self) -> str:
        """The default as text for people, in Markdown."""
        match self.default:
            case Computed(text=text):
                return text
            case bool():
                return f"`{str(self.default).lower()}`"
            case int() | float():
                return f"`{self.default}`"
        return f"`{self.default}`" if self.default else "empty"


def setting(
    meaning: str,
    read: Callable[[Any], Any],
    default: Any,
    *,
    show: Callable[[Any], Any] = lambda value: value,
) -> Any:
    """Declare a dataclass field that is a setting."""
    return field(metadata={"meaning": meaning, "read": read, "default": default, "show": show})

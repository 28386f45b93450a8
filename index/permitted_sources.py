"""The only sources whose articles somebody may read. Everywhere, None stands for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class PermittedSources:
    """Names of sources, `folded` and sorted: they are compared without case, as filters do."""

    folded: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        """The sources of these names; no name is none."""
        return cls(tuple(sorted({name.casefold() for name in names} - {""})))

    def allow(self, source: str | None) -> bool:
        """Whether articles of a source may be read; those without one may not."""
        return source is not None and source.casefold() in self.folded

    def also(self, other: "PermittedSources") -> "PermittedSources":
        """Those that both allow."""
        return PermittedSources(tuple(name for name in self.folded if name in other.folded))

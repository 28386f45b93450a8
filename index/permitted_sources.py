"""The only sources whose articles a reader may see. Everywhere, None means all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class PermittedSources:
    """Names of sources, `folded` and sorted: compared without case, as in filters."""

    folded: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        """The sources with these names; no names means no sources."""
        return cls(tuple(sorted({name.casefold() for name in names} - {""})))

    def allow(self, source: str | None) -> bool:
        """Whether articles of a source may be read; articles without a source may not."""
        return source is not None and source.casefold() in self.folded

    def also(self, other: "PermittedSources") -> "PermittedSources":
        """The sources that both allow."""
        return PermittedSources(tuple(name for name in self.folded if name in other.folded))

"""How to read, the same for every format."""

from dataclasses import dataclass
from typing import BinaryIO

from index.errors import SettingsError
from index.language import detect
from index.normalise import Detect
from index.source_zones import NO_ZONES, SourceZones


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """`fallback_encoding` is for text that is not UTF-8; without it, such text is an error.

    `zones` are those of sources that do not say theirs. `stdin` stands in for the standard input.
    Raises SettingsError for an unknown encoding.
    """

    detect: Detect = detect
    fallback_encoding: str | None = None
    zones: SourceZones = NO_ZONES
    stdin: BinaryIO | None = None

    def __post_init__(self) -> None:
        """Check the encoding, at the start of a long run and not in its middle."""
        if self.fallback_encoding is None:
            return
        try:
            b" ".decode(self.fallback_encoding, "ignore")
        except LookupError as error:
            raise SettingsError(
                f"no text encoding is called {self.fallback_encoding!r}; "
                "give one that Python knows, such as cp1252 or latin-1"
            ) from error

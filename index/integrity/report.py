"""The report of a check of a data folder."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with one file, or with the index as a whole, in which case `path` is its
    folder.
    """

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Verification:
    """`unchecked` says what was not checked, and why. `snapshot` None: there is no index."""

    snapshot: str | None
    files: int
    size_bytes: int
    articles: int
    damages: tuple[Damage, ...]
    unchecked: tuple[str, ...] = ()

"""Large tables from words to strings, opened by mmap.

A table is built once from the data of a package, which is compressed or must be read whole, and
cached in a folder as a trie with a checksum; from then on it opens in milliseconds, and its pages
are shared between processes. If nothing can be cached, the original data is used.
"""

import logging
import shutil
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path
from typing import Protocol

from marisa_trie import BytesTrie

from index.files.atomic_folder import atomic_folder
from index.files.checksums import file_digest

_LOG = logging.getLogger("newsearch.analysis")
_TABLE = "table.marisa"
_DIGEST = "table.sha256"


class WordTable(Protocol):
    """Looks words up; a mapping from strings to strings is one."""

    def get(self, word: str, /) -> str | None:
        """The string for a word, or None if it is not in the table."""
        ...


def open_table(
    kept_in: Path | None,
    name: str,
    entries: Callable[[], Iterable[tuple[str, str]]],
    instead: Callable[[], WordTable],
) -> WordTable:
    """The table `name` in the folder `kept_in`, built from `entries` if it is missing or damaged.

    The name must identify the data and its version. Without a folder, or if it cannot be written
    (logged), `instead` is returned, which must give the same answers.
    """
    if kept_in is None:
        return instead()
    place = kept_in / f"{name}-marisa-{metadata.version('marisa-trie')}"
    try:
        table = _read(place)
        if table is None:
            _LOG.info("building the word table %s, once", place)
            _make(place, entries())
            table = _read(place)
    except OSError as error:
        _LOG.warning("every process reads the word tables again: %s", error)
        table = None
    return instead() if table is None else table


class _KeptTable:
    def __init__(self, file: Path) -> None:
        self._trie = BytesTrie().mmap(str(file))

    def get(self, word: str, /) -> str | None:
        found = self._trie.get(word)
        return found[0].decode() if found else None


def _read(place: Path) -> _KeptTable | None:
    """The table in a folder; None if it is missing or damaged, in which case it is removed."""
    try:
        expected = (place / _DIGEST).read_text(encoding="utf-8")
        if file_digest(place / _TABLE) == expected:
            return _KeptTable(place / _TABLE)
    except FileNotFoundError:
        if not place.exists():
            return None
    _LOG.warning("the word table %s is damaged and will be rebuilt", place)
    shutil.rmtree(place)
    return None


def _make(place: Path, entries: Iterable[tuple[str, str]]) -> None:
    with atomic_folder(place) as fresh:
        trie = BytesTrie((word, value.encode()) for word, value in entries)
        trie.save(str(fresh / _TABLE))
        (fresh / _DIGEST).write_text(file_digest(fresh / _TABLE), encoding="utf-8")

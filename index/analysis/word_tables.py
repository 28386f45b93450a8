"""Large tables from words to strings, opened by mmap.

A table is made once from what a package ships, compressed or in a form that must be read whole, and
kept in a cache folder as a trie with its checksum; from then on it opens in milliseconds, and its
pages are shared between processes. Where nothing can be kept, what it would be made from answers.
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
    """What a word stands for; a mapping from strings to strings is one."""

    def get(self, word: str, /) -> str | None:
        """The word's string; None for a word that is not in the table."""
        ...


def open_table(
    kept_in: Path | None,
    name: str,
    entries: Callable[[], Iterable[tuple[str, str]]],
    instead: Callable[[], WordTable],
) -> WordTable:
    """The table `name` of the folder `kept_in`, made from `entries` if it is not there or damaged.

    The name must tell what the table is made from, with its version. Without a folder, or where it
    cannot be written (logged), the answer is `instead`, which must say the same.
    """
    if kept_in is None:
        return instead()
    place = kept_in / f"{name}-marisa-{metadata.version('marisa-trie')}"
    try:
        table = _read(place)
        if table is None:
            _LOG.info("making the word table %s, once", place)
            _make(place, entries())
            table = _read(place)
    except OSError as error:
        _LOG.warning("word tables are read anew by every process: %s", error)
        table = None
    return instead() if table is None else table


class _KeptTable:
    def __init__(self, file: Path) -> None:
        self._trie = BytesTrie().mmap(str(file))

    def get(self, word: str, /) -> str | None:
        found = self._trie.get(word)
        return found[0].decode() if found else None


def _read(place: Path) -> _KeptTable | None:
    """The table in a folder; None if there is none, or a damaged one, which is removed."""
    try:
        expected = (place / _DIGEST).read_text(encoding="utf-8")
        if file_digest(place / _TABLE) == expected:
            return _KeptTable(place / _TABLE)
    except FileNotFoundError:
        if not place.exists():
            return None
    _LOG.warning("the word table %s is damaged and is made anew", place)
    shutil.rmtree(place)
    return None


def _make(place: Path, entries: Iterable[tuple[str, str]]) -> None:
    with atomic_folder(place) as fresh:
        trie = BytesTrie((word, value.encode()) for word, value in entries)
        trie.save(str(fresh / _TABLE))
        (fresh / _DIGEST).write_text(file_digest(fresh / _TABLE), encoding="utf-8")

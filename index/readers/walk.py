"""The files under the named paths.

Folders are read recursively, in the order of names. Hidden entries, unknown suffixes and whatever
`.newsearchignore` lists are skipped and counted. Symbolic links are followed, but never in a
circle. A file that was named explicitly is always tried.
"""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pathspec import GitIgnoreSpec

from index.errors import RecordError
from index.readers.containers import without_packing
from index.readers.formats import is_read
from index.readers.ignoring import IGNORE_FILE, ignore_rules, verdict
from index.readers.source import shown, why

_HIDDEN = (".", "~$")
"""How the names of hidden entries begin, and of the locks that Word keeps beside open documents."""

_BROKEN = "it is a broken link, or was removed in the meantime"

Identity = tuple[int, int]
"""Device and inode, which are the same for two names of one file."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read.

    `id_hint` is its path below the named folder without the suffix, else its stem. `is_named`: it
    was named itself, not found in a folder.
    """

    path: Path
    id_hint: str
    size_bytes: int
    identity: Identity
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file or folder that was skipped."""

    path: Path


@dataclass(frozen=True, slots=True)
class _FoundFolder:
    """A folder to descend into."""

    path: Path
    inside: str
    identity: Identity


Step = FoundFile | Ignored | RecordError


@dataclass(slots=True)
class _Level:
    """A folder that is being read; `inside` is its path below the named folder."""

    folder: Path
    inside: str
    identity: Identity
    rules: GitIgnoreSpec | None
    names: Iterator[str]

    @classmethod
    def enter(cls, found: _FoundFolder) -> "_Level | RecordError":
        folder = found.path
        try:
            names = iter(sorted(entry.name for entry in folder.iterdir()))
            return cls(folder, found.inside, found.identity, ignore_rules(folder), names)
        except OSError as error:
            return RecordError(shown(folder), why(error))
        except RecordError as error:
            return error


def walk(named: Path) -> Iterator[Step]:
    """The files of one named path, a file or a folder."""
    try:
        status = named.stat()
    except OSError as error:
        yield RecordError(shown(named), why(error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk_folder(named, _identity(status))
    else:
        # The name of a pipe is a number, which cannot be the id of an article.
        id_hint = _without_suffixes(named.name) if stat.S_ISREG(status.st_mode) else ""
        yield FoundFile(named, id_hint, status.st_size, _identity(status), is_named=True)


def _walk_folder(named: Path, identity: Identity) -> Iterator[Step]:
    stack: list[_Level] = []
    step: Step | _FoundFolder | None = _FoundFolder(named, "", identity)
    while step is not None or stack:
        if isinstance(step, _FoundFolder):
            entered = _Level.enter(step)
            step = entered if isinstance(entered, RecordError) else None
            if isinstance(entered, _Level):
                stack.append(entered)
        if step is not None:
            yield step
        step = _next_step(stack)


def _next_step(stack: list[_Level]) -> Step | _FoundFolder | None:
    """Process the next name of the innermost folder, or leave the folder."""
    if not stack:
        return None
    name = next(stack[-1].names, None)
    if name is None:
        stack.pop()
        return None
    return _look_at(stack[-1].folder / name, name, stack)


def _look_at(path: Path, name: str, stack: list[_Level]) -> Step | _FoundFolder | None:
    if name == IGNORE_FILE:
        return None
    inside = f"{stack[-1].inside}{name}"
    try:
        status = path.stat()
    except OSError as error:
        if name.startswith(_HIDDEN) or _is_ignored(inside, stack):
            return Ignored(path)
        return RecordError(shown(path), _BROKEN if error.errno == errno.ENOENT else why(error))
    is_folder = stat.S_ISDIR(status.st_mode)
    if name.startswith(_HIDDEN) or _is_ignored(f"{inside}/" if is_folder else inside, stack):
        return Ignored(path)
    identity = _identity(status)
    if is_folder:
        if any(level.identity == identity for level in stack):
            return RecordError(shown(path), "this link leads back to a folder above it")
        return _FoundFolder(path, f"{inside}/", identity)
    if not stat.S_ISREG(status.st_mode) or not is_read(name):
        return Ignored(path)
    return FoundFile(path, _without_suffixes(inside), status.st_size, identity)


def _without_suffixes(name: str) -> str:
    return str(PurePosixPath(without_packing(name)).with_suffix(""))


def _is_ignored(inside: str, stack: list[_Level]) -> bool:
    for level in reversed(stack):
        if level.rules is not None:
            opinion = verdict(level.rules, inside.removeprefix(level.inside))
            if opinion is not None:
                return opinion
    return False


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino

"""Files as identities: what a file is called in the archive's memory, and files that share an id.

docs/decisions/file-identity.md says what identifies a file.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from index.domain import Article
from index.errors import RecordError
from index.protocols import Archive, PutOutcome

INSIDE = "#"
"""Separates the path of an archive from a name inside it."""

_ADVICE = (
    "rename one of them, name a folder further up so that its id becomes longer, or pass --replace "
    "if this file takes the other's place"
)


def file_path(path: Path) -> str:
    """The absolute path of a file with its links resolved, as valid Unicode whatever its bytes."""
    return os.fsencode(os.path.realpath(path)).decode("utf-8", "backslashreplace")


def put_from_files(
    archive: Archive, articles: Sequence[Article], *, replaces: bool = False, follows: bool = False
) -> list[PutOutcome]:
    """Put articles, and those whose file was moved under the id of its former path.

    A file was moved if the one that owns its id is gone and its article is the same or, with
    `follows`, in any case. `replaces`: whatever owns the id, it goes to the new file.
    """
    outcomes = archive.put(articles, replaces_files=replaces)
    moved = [
        number
        for number, outcome in enumerate(outcomes)
        if outcome.owner is not None and (outcome.is_same or follows) and _is_gone(outcome.owner)
    ]
    if moved:
        again = archive.put([articles[number] for number in moved], replaces_files=True)
        for number, outcome in zip(moved, again, strict=True):
            outcomes[number] = outcome
    return outcomes


def refusal(article: Article, outcome: PutOutcome) -> RecordError | None:
    """Why an article was refused because of its file; None if it was not."""
    if outcome.owner is None or article.file is None:
        return None
    return RecordError(
        article.file.path, f"its id {article.id!r} belongs to {outcome.owner}; {_ADVICE}"
    )


def _is_gone(path: str) -> bool:
    """Whether neither the file nor the archive that contains it exists."""
    parts = path.split(INSIDE)
    return not any(os.path.lexists(INSIDE.join(parts[:end])) for end in range(len(parts), 0, -1))

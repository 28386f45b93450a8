"""Verifying a data folder: the archive by SQLite and by the checksums of its articles, the index by
those of its files and against the archive. Nothing is written, and other processes may write at
the same time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from index.errors import ArchiveDamaged, DamagedFile, IndexCorrupt, IndexMissing
from index.integrity.articles import Wanted, compare, wanted
from index.integrity.files import CheckedSegment, check_segments
from index.integrity.report import Damage, Verification
from index.local import manifest as manifests
from index.local.manifest import Manifest
from index.protocols import Archive, ProgressListener

ATTEMPTS = 5
"""Commits by others may remove what is being checked; then the newest state is checked."""

MOST_NAMED = 20
"""The most articles named one by one."""

ON_A_SERVER = (
    "the index, which is on a Milvus server: its own tools check it, and 'newsearch reindex' "
    "rebuilds it from the archive"
)
IN_POSTGRES = (
    "the files of the archive, which is in PostgreSQL: its own tools check them (pg_amcheck); the "
    "articles were compared with their checksums"
)
UNREADABLE = "the index against the archive, which cannot be read completely"


@dataclass(frozen=True, slots=True)
class VerifyTarget:
    """What is to be verified. `index` None: it lies on a server.

    `archive` opens it, `faults` says what is wrong with `database`; both raise ArchiveError.
    """

    database: Path
    archive: Callable[[], Archive]
    faults: Callable[[], list[str]]
    is_in_postgres: bool
    index: Path | None


@dataclass
class _Findings:
    snapshot: str | None = None
    files: list[Path] = field(default_factory=list)
    articles: int = 0
    damages: list[Damage] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)


def verify(place: VerifyTarget, tell: ProgressListener) -> Verification:
    """Check everything in a data folder. Raises ArchiveError if there is no archive."""
    archive, faults = None, []
    try:
        archive = place.archive()
        faults = place.faults()
    except ArchiveDamaged as error:
        faults = [str(error)]
    for _ in range(ATTEMPTS):
        found = _Findings(unchecked=[IN_POSTGRES] if place.is_in_postgres else [])
        _check(place, archive, found, tell)
        if not (found.damages and _is_superseded(place, found)):
            break
    return Verification(
        found.snapshot,
        len(found.files),
        sum(path.stat().st_size for path in found.files if path.exists()),
        found.articles,
        (*(Damage(place.database, fault) for fault in faults), *found.damages),
        tuple(found.unchecked),
    )


def _is_superseded(place: VerifyTarget, found: _Findings) -> bool:
    """Whether another process committed since: what seems missing may have been cleared away."""
    if place.index is None or found.snapshot is None:
        return False
    try:
        return str(manifests.current_number(place.index)) != found.snapshot
    except (IndexMissing, IndexCorrupt):
        return False


def _check(
    place: VerifyTarget, archive: Archive | None, found: _Findings, tell: ProgressListener
) -> None:
    revision, segments = 0, list[CheckedSegment]()
    if place.index is None:
        found.unchecked.append(ON_A_SERVER)
    else:
        revision, segments = _check_files(place.index, found, tell)
    if archive is None:
        found.unchecked.append(UNREADABLE)
        return
    try:
        expected = wanted(archive, revision, tell)
    except ArchiveDamaged as error:
        found.damages.append(Damage(place.database, str(error)))
        found.unchecked.append(UNREADABLE)
        return
    found.damages += [Damage(place.database, fault) for fault in expected.faults]
    if place.index is not None and found.snapshot is not None:
        _check_articles(place.index, segments, expected, found)


def _check_files(
    index: Path, found: _Findings, tell: ProgressListener
) -> tuple[int, list[CheckedSegment]]:
    """The revision up to which the index is complete, and its segments; none without an index."""
    try:
        manifest = _current(index)
    except IndexMissing:
        return 0, []
    except DamagedFile as error:
        found.damages.append(Damage(error.path, error.why))
        return 0, []
    except IndexCorrupt as error:
        found.damages.append(Damage(index, str(error)))
        return 0, []
    found.snapshot = str(manifest.number)
    found.files += [index / manifests.CURRENT, manifests.path_of(index, manifest.number)]
    segments = check_segments(index, manifest, tell)
    for segment in segments:
        found.files += segment.files
        found.damages += segment.damages
    return manifest.archive_revision, segments


def _current(index: Path) -> Manifest:
    try:
        return manifests.read_current(index)
    except DamagedFile:  # or it was just replaced and cleared away
        return manifests.read_current(index)


def _check_articles(
    index: Path, segments: Sequence[CheckedSegment], expected: Wanted, found: _Findings
) -> None:
    whole = [(segment, segment.columns) for segment in segments if segment.columns is not None]
    shown = compare(whole, expected)
    found.articles = sum(len(kept) for kept in shown.kept)
    ghosts = [
        f"shows revision {columns.keys[ordinal]} of the article {columns.article_id(ordinal)!r}, "
        "which the archive does not"
        for (_, columns), ordinals in zip(whole, shown.ghosts, strict=True)
        for ordinal in ordinals.tolist()
    ]
    missing = []
    if len(whole) == len(segments):  # else they are in the segments that are damaged
        missing = [
            f"lacks revision {key} of the article {expected.id_of(key)!r}"
            for key in shown.missing.tolist()
        ]
    found.damages += [Damage(index, why) for why in islice([*ghosts, *missing], MOST_NAMED)]
    if len(ghosts) + len(missing) > MOST_NAMED:
        more = len(ghosts) + len(missing) - MOST_NAMED
        found.damages.append(Damage(index, f"differs from the archive in {more} more articles"))

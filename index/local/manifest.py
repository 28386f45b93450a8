"""The manifest: the content of a snapshot. Replacing `CURRENT` is the commit.

Manifests are numbered JSON files that are never changed; `CURRENT` contains the number and checksum
of the newest and is replaced atomically. A reader of `CURRENT` therefore sees one complete manifest
and, through it, one complete set of immutable segments and tombstone files. A manifest also
contains its own checksum, so it can be trusted if `CURRENT` is damaged.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from index.domain import (
    DEFAULT_WEIGHT,
    Approximation,
    Calibration,
    EncoderIdentity,
)
from index.errors import DamagedFile, IndexCorrupt, IndexMissing
from index.files import durable
from index.segment.entry import SegmentEntry

FORMAT = 4

CURRENT = "CURRENT"
MANIFESTS = "manifests"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One committed state of the index.

    `archive_revision` is the archive's revision up to which it is complete. `analyzers` is the
    version of each language's analysis.
    """

    number: int
    created_at: str
    archive_revision: int
    encoder: EncoderIdentity
    analyzers: Mapping[str, str]
    segments: tuple[SegmentEntry, ...]
    calibration: Calibration

    @property
    def committed_at_s(self) -> float | None:
        """The time of writing, in seconds since the epoch."""
        return datetime.fromisoformat(self.created_at).timestamp() if self.created_at else None

    def to_json(self) -> bytes:
        """The file's content."""
        body = {"format": FORMAT, **asdict(self)}
        body["checksum"] = _checksum(body)
        return json.dumps(body, ensure_ascii=False, indent=1).encode()

    def with_number(self, number: int, created_at: str) -> "Manifest":
        """The same state with another number."""
        return replace(self, number=number, created_at=created_at)


def _checksum(body: Mapping[str, Any]) -> str:
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def parse(content: bytes, path: Path) -> Manifest:
    """Parse the content of a manifest file. Raises IndexCorrupt, naming `path`."""
    try:
        body: dict[str, Any] = json.loads(content)
        # Older manifests have no checksum; for those, the one in CURRENT has to do.
        checksum = body.pop("checksum", None)
        if checksum is not None and checksum != _checksum(body):
            raise ValueError("its checksum is wrong")
        if body.pop("format") != FORMAT:
            raise IndexCorrupt(
                f"{path}: made by another version of newsearch; run 'newsearch reindex'"
            )
        body["encoder"] = EncoderIdentity(**body["encoder"])
        body["segments"] = tuple(map(_entry, body["segments"]))
        body["calibration"] = Calibration.of(body["calibration"])
        return Manifest(**body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedFile(path, f"this manifest is damaged ({error})") from error


def _entry(body: Mapping[str, Any]) -> SegmentEntry:
    found = body["approximation"]
    return SegmentEntry(**{**body, "approximation": Approximation(**found) if found else None})


def empty(encoder: EncoderIdentity) -> Manifest:
    """The state before the first commit, with nothing indexed or learnt."""
    return Manifest(0, "", 0, encoder, {}, (), Calibration({}, DEFAULT_WEIGHT))


def path_of(folder: Path, number: int) -> Path:
    """The path of manifest `number` of the index in `folder`."""
    return folder / MANIFESTS / f"{number:08d}.json"


def numbers(folder: Path) -> list[int]:
    """The numbers of all manifests on disk, ascending; the newest may not be committed."""
    return sorted(int(path.stem) for path in (folder / MANIFESTS).glob("????????.json"))


def write(folder: Path, manifest: Manifest) -> bytes:
    """Write a manifest durably, without committing it; returns its content."""
    content = manifest.to_json()
    durable.replace(path_of(folder, manifest.number), content)
    return content


def commit(folder: Path, manifest: Manifest) -> None:
    """Make `manifest` the current one. This is the atomic step of a commit."""
    content = write(folder, manifest)
    pointer = {"number": manifest.number, "sha256": hashlib.sha256(content).hexdigest()}
    durable.replace(folder / CURRENT, json.dumps(pointer).encode())


def current_number(folder: Path) -> int:
    """The number of the committed manifest. Raises IndexMissing, DamagedFile."""
    return _pointer(folder)[0]


def read_current(folder: Path) -> Manifest:
    """The committed manifest. Raises IndexMissing, IndexCorrupt."""
    number, sha256 = _pointer(folder)
    path = path_of(folder, number)
    content = _read(path)
    if hashlib.sha256(content).hexdigest() == sha256:
        return parse(content, path)
    parse(content, path)  # reports the fault if the manifest is the damaged one
    raise DamagedFile(folder / CURRENT, f"does not match the manifest {path.name}")


def read(folder: Path, number: int) -> Manifest:
    """Read manifest `number`. Raises IndexCorrupt."""
    path = path_of(folder, number)
    return parse(_read(path), path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DamagedFile(path, f"cannot be read ({error.strerror})") from error


def _pointer(folder: Path) -> tuple[int, str]:
    """The number of the committed manifest, and the hex SHA-256 of its file."""
    path = folder / CURRENT
    try:
        pointer: dict[str, Any] = json.loads(path.read_bytes())
        return int(pointer["number"]), str(pointer["sha256"])
    except FileNotFoundError as error:
        # Manifest 1 alone means that the first commit was interrupted: nothing is indexed yet.
        if max(numbers(folder), default=0) > 1:
            raise DamagedFile(path, "is missing although there are manifests") from error
        raise IndexMissing(
            f"there is no index in {folder.parent}; create one with 'newsearch index PATH'"
        ) from error
    except OSError as error:
        raise DamagedFile(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedFile(path, f"cannot be read ({error})") from error

"""Files in an unknown encoding: said once for all of them, with the one that they seem to have.

The proposal is never applied: a person can see whether the names of the files and their origin fit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from index.errors import RecordError
from index.text.decoding import NotDecodable

MAX_SAMPLE_BYTES = 1 << 14
_NAMED = 3
_WESTERN = frozenset(
    "äöüÄÖÜßéèêëàâáãåçñíîïìóôòõøúûùæœÉÈÀÁÇÑÍÓÚÅØÆŒÊÔ€„“”‚‘’–—…«»°§©®½´¿¡·•\xa0\xad"
)
_RECORD = re.compile(r"(?::\d+|: item \d+|#.*)$", re.DOTALL)
_T = TypeVar("_T")


class UnknownEncoding(RecordError):
    """A file, or a line of one, that is not UTF-8 and does not say what it is."""

    def __init__(self, place: str, error: NotDecodable) -> None:
        super().__init__(place, str(error))
        self.sample = error.sample[:MAX_SAMPLE_BYTES]


def refused(place: str, error: Exception) -> RecordError:
    """Why a file or a line cannot be read."""
    if isinstance(error, NotDecodable):
        return UnknownEncoding(place, error)
    return RecordError(place, str(error))


@dataclass(slots=True)
class _Found:
    first: UnknownEncoding
    sample: bytes
    files: dict[str, int]


def told_once(records: Iterator[_T | RecordError]) -> Iterator[_T | RecordError]:
    """The records; files in an unknown encoding become one error after all others."""
    found: _Found | None = None
    for record in records:
        if not isinstance(record, UnknownEncoding):
            yield record
            continue
        file = _RECORD.sub("", record.place)
        if found is None:
            found = _Found(record, record.sample, {})
        elif len(found.sample) < MAX_SAMPLE_BYTES:
            found.sample += b"\n" + record.sample
        found.files[file] = found.files.get(file, 0) + 1
    if found is not None:
        yield _error(found)


def _error(found: _Found) -> RecordError:
    proposed = likely_encoding(found.sample)
    if len(found.files) == 1:
        count = sum(found.files.values())
        times = f" (and {count - 1:,} more lines or records)" if count > 1 else ""
        why = found.first.why
        if proposed:
            why = why.replace("for example cp1252", f"which seems to be {proposed}")
        return RecordError(found.first.place, f"{why}{times}")
    names = list(found.files)
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    hint = (
        f"they seem to be {proposed}: read them with --encoding {proposed}, or set text_encoding"
        if proposed
        else "name their encoding with --encoding, or set text_encoding"
    )
    return RecordError(
        names[0],
        f"{len(names):,} files are not UTF-8 ({', '.join(names[:_NAMED])}{more}); {hint}",
    )


def likely_encoding(sample: bytes) -> str | None:
    """The encoding that bytes seem to have, by Python's name; None if there is no telling."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    high = [char for char in text if ord(char) > 127]
    # Western languages never have three such letters in a row; Cyrillic and Greek always do.
    if high and set(high) <= _WESTERN and not re.search(r"[^\W\x00-\x7f]{3}", text):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return None if best is None or best.encoding in ("utf_8", "ascii") else best.encoding

"""What was assumed, left out or not read, for people: the same about many records said once."""

from collections.abc import Iterable, Sequence

from api.cli.console import one_line, tell
from index.domain import RecordNote

KINDS_SHOWN = 20
ALIKE_SHOWN = 3
"""Of more records than these with the same reason, the first one is named, the others counted."""


def by_reason(reported: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Places and reasons, those with one reason together: `a.csv:2 and 29 more`."""
    places: dict[str, list[str]] = {}
    for place, why in reported:
        places.setdefault(why, []).append(place)
    found = []
    for why, [first, *others] in places.items():
        if len(others) < ALIKE_SHOWN:
            found += [(place, why) for place in (first, *others)]
        else:
            found.append((f"{first} and {len(others):,} more", why))
    return found


def tell_notes(notes: Sequence[RecordNote]) -> None:
    """Print what there is to note."""
    alike = by_reason((note.place, note.what) for note in notes)
    for where, what in alike[:KINDS_SHOWN]:
        tell(f"note: {one_line(where)}: {one_line(what)}")
    if len(alike) > KINDS_SHOWN:
        tell(f"and {len(alike) - KINDS_SHOWN:,} more notes; --json lists all")

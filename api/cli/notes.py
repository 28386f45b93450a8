"""What was assumed or left out in reading records, for people: equal notes together."""

from collections.abc import Sequence

from api.cli.console import one_line, tell
from index.domain import RecordNote

KINDS_SHOWN = 20


def tell_notes(notes: Sequence[RecordNote]) -> None:
    """Print each different note once, with the first place and how many more there are."""
    places: dict[str, list[str]] = {}
    for note in notes:
        places.setdefault(note.what, []).append(note.place)
    for what, (first, *others) in list(places.items())[:KINDS_SHOWN]:
        where = f"{first} and {len(others):,} more" if others else first
        tell(f"note: {one_line(where)}: {one_line(what)}")
    if len(places) > KINDS_SHOWN:
        tell(f"and {len(places) - KINDS_SHOWN:,} more kinds of notes; --json lists all")

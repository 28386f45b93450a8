"""Relax quotations inside a sentence if no article contains them verbatim.

Whether quotes are syntax is decided by shape (`search.parse.prose`); if that leaves them required,
the archive has the last word.
"""

from dataclasses import replace

from index.protocols import Snapshot
from index.query import Bool, ParsedQuery, Phrase, ReadingNote
from index.text.messages import Message


def answerable(parsed: ParsedQuery, snapshot: Snapshot) -> ParsedQuery:
    """Make quotations preferred instead of required if no article contains them."""
    constraint = parsed.constraint
    if parsed.softer is None or constraint is None or len(snapshot.select(constraint)):
        return parsed
    required = constraint.must if isinstance(constraint, Bool) else (constraint,)
    why = Message(
        "no article contains exactly {0}; the words count, but are not required; put + before "
        "the quotes to require them",
        ", ".join(f"“{part.text}”" for part in required if isinstance(part, Phrase)),
    )
    notes = (*parsed.warnings, ReadingNote(why, 0))
    return replace(parsed, node=parsed.softer, constraint=None, warnings=notes, softer=None)

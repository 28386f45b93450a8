"""What becomes of quotations that no article contains.

Whether quotes are syntax is decided by shape (`search.parse.prose`); if that leaves them required
in what may be a sentence, the archive has the last word. Otherwise they stay, and a note says which
inflected forms there are.
"""

from dataclasses import replace

from index.protocols import Snapshot
from index.query import (
    Bool,
    Node,
    ParsedQuery,
    Phrase,
    ReadingNote,
    exact_phrases,
    inflected,
)
from index.text.messages import Message


def answerable(parsed: ParsedQuery, snapshot: Snapshot) -> ParsedQuery:
    """Make quotations preferred instead of required, or add a note, if no article contains them."""
    constraint = parsed.constraint
    asked = tuple(dict.fromkeys(exact_phrases(constraint)))
    if constraint is None or not asked or len(snapshot.select(constraint)):
        return parsed
    if parsed.softer is None:
        return _with_note(parsed, asked, snapshot)
    required = constraint.must if isinstance(constraint, Bool) else (constraint,)
    why = Message(
        "no article contains exactly {0}; the words count, but are not required; put + before "
        "the quotes to require them",
        ", ".join(f"“{part.text}”" for part in required if isinstance(part, Phrase)),
    )
    notes = (*parsed.warnings, ReadingNote(why, 0))
    return replace(parsed, node=parsed.softer, constraint=None, warnings=notes, softer=None)


def _with_note(parsed: ParsedQuery, asked: tuple[Phrase, ...], snapshot: Snapshot) -> ParsedQuery:
    """Say which wording is missing, and how to ask for its inflected forms if there are any."""
    missing = [phrase for phrase in asked if not len(snapshot.select(_alone(phrase)))]
    if not missing:
        return parsed
    forms = [phrase for phrase in missing if len(snapshot.select(_alone(inflected(phrase))))]
    quoted = ", ".join(f"“{phrase.text}”" for phrase in missing)
    if forms:
        offered = " ".join(f'~"{phrase.text}"' for phrase in forms)
        why = Message(
            "no article has the wording {0}; {1} also finds other forms of the words",
            quoted,
            offered,
        )
    else:
        why = Message("no article has the wording {0}, nor other forms of its words", quoted)
    return replace(parsed, warnings=(*parsed.warnings, ReadingNote(why, 0)))


def _alone(node: Node) -> Node:
    return Bool(must=(node,))

"""Find the known name nearest to a mistyped one, for messages that suggest it."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the name in `known` that `name` probably meant; None if none is close."""
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `did you mean …?` for a message, or the known names if none is close."""
    names = sorted(known)
    match = nearest(name, names)
    return f"did you mean {match!r}?" if match else f"known are: {', '.join(names)}"

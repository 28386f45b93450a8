"""The tokens that the lexer passes to the grammar."""

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """The kinds of tokens. The second group has no place in a well-formed query."""

    WORD = auto()
    PATTERN = auto()
    PHRASE = auto()
    VALUE = auto()
    FIELD = auto()
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    PLUS = auto()
    MINUS = auto()
    NEARNESS = auto()
    BOOST = auto()
    END = auto()

    UNCLOSED_QUOTE = auto()
    STRAY_QUOTE = auto()
    UNKNOWN_FIELD = auto()
    BARE_STAR = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: `start` and `end` are columns of the query as given.

    `text` is the word, pattern or phrase without punctuation around it and without escapes;
    `escaped` are the positions in it that were escaped. `raw` is the same with the punctuation. For
    a field, `text` is its name as typed; for a boost or a distance, what follows the sign.
    `is_glued` means that there is no space before it. `prefix` is the `~` or `=` before a phrase.
    """

    kind: Kind
    text: str
    start: int
    end: int
    raw: str = ""
    escaped: frozenset[int] = frozenset()
    is_glued: bool = False
    prefix: str = ""

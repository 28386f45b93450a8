"""The query algebra: what a query means, before the analysis of any language.

`search.parse` builds these trees from what people type; every backend evaluates them over articles,
or rejects a node with `Unsupported`. Text in a node is as typed (NFC); the index analyses it once
per language.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias


class TextField(StrEnum):
    """The analysed fields, with positions."""

    TITLE = "title"
    BODY = "body"


class ExactField(StrEnum):
    """The fields matched as a whole, case-folded."""

    LANGUAGE = "lang"
    SOURCE = "source"
    SECTION = "section"
    AUTHOR = "author"
    PLACE = "place"
    PROVIDER = "provider"
    SUBJECT = "subject"
    ID = "id"
    STORY = "story"
    """Not indexed: `search.retrieval.story_query` replaces it by the articles of the story."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word. `field` None means title and body.

    An optional word also scores by its parts (those of a compound, the words around a hyphen), and
    a part alone matches, unless the word `is_whole`. A required or excluded word is whole in any
    case.
    """

    text: str
    field: TextField | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of `text` in order and adjacent, or within `slop` extra positions in any order.

    With `slop` 0 the positions are those of the phrase, and the words are written as in `text`:
    case counts only if it `is_cased`, umlauts and accents always; any form of each word will do if
    it `is_inflected`. With `slop` n > 0 the words occur, in any form and order, within a window of
    (number of words + n) positions.
    """

    text: str
    slop: int = 0
    field: TextField | None = None
    is_inflected: bool = False
    is_cased: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with `text`."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Words that match `pattern`: `*` any run of characters, `?` exactly one; `\\` escapes."""

    pattern: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Words within `max_edits` (1 or 2) Damerau-Levenshtein edits (optimal string alignment)."""

    text: str
    max_edits: int = 1
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Exact:
    """Articles whose field equals `value`, case-folded.

    One of several authors is enough, as is the code or name of one of the subjects.
    """

    field: ExactField
    value: str


@dataclass(frozen=True, slots=True)
class Among:
    """Articles by key (archive revision); the keys ascend."""

    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DateInterval:
    """Articles whose date begins in `[start, end)`.

    `start_s`/`end_s` bound dates with a zone (instants); `wall_start_s`/`wall_end_s` bound dates
    without one (wall clock read as UTC). None is open. Undated articles never match.
    """

    start_s: int | None
    end_s: int | None
    wall_start_s: int | None
    wall_end_s: int | None


@dataclass(frozen=True, slots=True)
class Bool:
    """All of `must`, none of `must_not`; at least one of `should` unless there is a `must`.

    The score is the sum over matching `must` and `should`. With only `must_not`, everything else
    matches with score 0.
    """

    must: tuple["Node", ...] = ()
    should: tuple["Node", ...] = ()
    must_not: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Boost:
    """`node`, its score multiplied by `factor` (> 0)."""

    node: "Node"
    factor: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """What may stand for typed words in articles of `language` (None: of any), at `weight`.

    If it `replaces` them, the typed words are not searched for in those articles.
    """

    node: "Node"
    language: str | None = None
    weight: float = 1.0
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """The typed words, or any of the others.

    Optional, each typed word counts on its own, as without alternatives. Required, an article has
    all of the typed words, or one of the others.
    """

    typed: tuple["Node", ...]
    others: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article, with score 0."""


Node: TypeAlias = (
    Word
    | Phrase
    | Prefix
    | Wildcard
    | Fuzzy
    | Exact
    | Among
    | DateInterval
    | Bool
    | Boost
    | Either
    | Everything
)


def is_filter(node: Node) -> bool:
    """Whether a query only filters, so that nothing in it scores."""
    match node:
        case Exact() | Among() | DateInterval() | Everything():
            return True
        case Bool(must, should):
            return all(is_filter(part) for part in (*must, *should))
        case Boost(inner):
            return is_filter(inner)
        case _:
            return False


def bare_words(node: Node) -> Iterator[str]:
    """The words of a query outside phrases, patterns and exclusions, in order."""
    match node:
        case Word(text):
            yield text
        case Boost(inner):
            yield from bare_words(inner)
        case Either(typed):
            for part in typed:
                yield from bare_words(part)
        case Bool(must, should):
            for part in (*must, *should):
                yield from bare_words(part)


def whole_words(node: Node) -> Node:
    """The same query with every optional word whole, so that a part of it decides nothing.

    Required and excluded words are whole already.
    """

    def inside(part: Node) -> Node:
        return part if isinstance(part, Word) else whole_words(part)

    match node:
        case Word():
            return replace(node, is_whole=True)
        case Boost(inner, factor):
            return Boost(whole_words(inner), factor)
        case Either(typed, others):
            return Either(tuple(map(whole_words, typed)), others)
        case Bool(must, should, must_not):
            return Bool(
                tuple(map(inside, must)),
                tuple(map(whole_words, should)),
                tuple(map(inside, must_not)),
            )
        case _:
            return node


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """How an ambiguous part of a query was read; `column` counts code points from 0."""

    text: str
    column: int


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A parsed query.

    `node` is what matches by words, and scores. `constraint` is what every hit must satisfy in any
    mode (phrases, fields, operators); None for a bag of words. `meaning` is the text to embed: the
    bare and quoted words in their order, without operators, excluded words and filters; empty if
    nothing of that kind was typed. `softer` is the node with quotations optional instead of
    required, if they may be part of a sentence.
    """

    text: str
    node: Node
    constraint: Node | None
    meaning: str
    warnings: tuple[ReadingNote, ...] = ()
    softer: Node | None = field(default=None, compare=False)


def exact_phrases(node: Node | None) -> Iterator[Phrase]:
    """The phrases that a query requires as written, in order."""
    match node:
        case Phrase(_, 0, _, False):
            yield node
        case Boost(inner):
            yield from exact_phrases(inner)
        case Bool(must, should):
            for part in (*must, *should):
                yield from exact_phrases(part)


def inflected(node: Node) -> Node:
    """The same query with any form of the words of its phrases, outside exclusions."""
    match node:
        case Phrase():
            return replace(node, is_inflected=True, is_cased=False)
        case Boost(inner, factor):
            return Boost(inflected(inner), factor)
        case Bool(must, should, must_not):
            return Bool(tuple(map(inflected, must)), tuple(map(inflected, should)), must_not)
        case _:
            return node

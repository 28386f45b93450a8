"""Adding alternatives to the bare words of a query: its synonyms.

Quoted words, words marked with `=`, patterns and excluded words stay as they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.protocols import Snapshot
from index.query import (
    Alternative,
    Bool,
    Boost,
    Either,
    Node,
    ParsedQuery,
    Phrase,
    ReadingNote,
    TextField,
    Word,
)
from index.text.messages import Message
from search.expansion.synonym_files import SynonymFile, SynonymFiles
from search.expansion.synonym_rules import SynonymRule

Words = Sequence[Word]


@dataclass(frozen=True, slots=True)
class Widening:
    """What stands for the first `words` words of a run, and how a note says so."""

    words: int
    alternatives: tuple[Alternative, ...]
    note: Message


Widen = Callable[[Words], Widening | None]
"""Returns what the beginning of a run of neighbouring words also stands for."""


class Synonyms:
    """Adds the synonyms of the files in a data folder; without files it adds nothing."""

    def __init__(self, files: SynonymFiles | None = None) -> None:
        self.files = files

    def widened(self, parsed: ParsedQuery, snapshot: Snapshot | None) -> ParsedQuery:
        """The query with its synonyms, and a note for each word that has any.

        Rules for languages in which `snapshot` has no articles change nothing and are not noted.
        """
        files = () if self.files is None else self.files.current()
        if snapshot is not None:
            present = snapshot.stats().languages
            files = tuple(one for one in files if one.language is None or one.language in present)
        if not files:
            return parsed
        return widened(parsed, lambda words: _synonyms(words, files))


NO_SYNONYMS = Synonyms()


def widened(parsed: ParsedQuery, widen: Widen) -> ParsedQuery:
    """The query with alternatives for its words, and a note for each."""
    notes: dict[Message, None] = {}

    def noted(words: Words) -> Widening | None:
        found = widen(words)
        if found is not None:
            notes[found.note] = None
        return found

    node = _expanded(parsed.node, noted)
    if not notes:
        return parsed
    constraint = None if parsed.constraint is None else _expanded(parsed.constraint, noted)
    added = tuple(ReadingNote(note, 0) for note in notes)
    return replace(parsed, node=node, constraint=constraint, warnings=(*parsed.warnings, *added))


def _expanded(node: Node, widen: Widen) -> Node:
    match node:
        case Word():
            return _run((node,), widen)[0]
        case Boost(inner, factor):
            return Boost(_expanded(inner, widen), factor)
        case Bool(must, should, must_not):
            return Bool(_run(must, widen), _run(should, widen), must_not)
        case _:
            return node


def _run(nodes: tuple[Node, ...], widen: Widen) -> tuple[Node, ...]:
    found: list[Node] = []
    at = 0
    while at < len(nodes):
        words = _words_from(nodes, at)
        widening = widen(words) if words else None
        if widening is None:
            found.append(nodes[at] if words else _expanded(nodes[at], widen))
            at += 1
        else:
            found.append(Either(nodes[at : at + widening.words], widening.alternatives))
            at += widening.words
    return tuple(found)


def _words_from(nodes: Sequence[Node], start: int) -> list[Word]:
    """The neighbouring words from here on that are searched for in the same field."""
    found: list[Word] = []
    for node in nodes[start:]:
        if not isinstance(node, Word) or (found and node.field != found[0].field):
            break
        found.append(node)
    return found


def _synonyms(words: Words, files: Sequence[SynonymFile]) -> Widening | None:
    """The synonyms of the longest entry with which the words begin."""
    longest = max(file.longest for file in files)
    for count in range(min(longest, len(words)), 0, -1):
        text = " ".join(word.text for word in words[:count])
        found = [(file, rule) for file in files for rule in _rules(file, text)]
        if found:
            return _widening(text, count, words[0].field, found)
    return None


def _rules(file: SynonymFile, text: str) -> Sequence[SynonymRule]:
    return file.by_terms.get(file.terms_of(text), ())


def _widening(
    text: str,
    count: int,
    field: TextField | None,
    found: Sequence[tuple[SynonymFile, SynonymRule]],
) -> Widening | None:
    alternatives = {
        Alternative(_node(entry, field), file.language, replaces=rule.replaces): entry
        for file, rule in found
        for entry in rule.right
        if rule.replaces or file.terms_of(entry) != file.terms_of(text)
    }
    if not alternatives:
        return None
    listed = ", ".join(dict.fromkeys(alternatives.values()))
    also = Message(
        "also searched for {0}, a synonym of {1}; put = before a word to search for it as typed",
        listed,
        text,
    )
    instead = Message(
        "searched for {0} instead of {1}, by a rule for synonyms; put = before a word to search "
        "for it as typed",
        listed,
        text,
    )
    is_replaced = any(rule.replaces for _, rule in found)
    return Widening(count, tuple(alternatives), instead if is_replaced else also)


def _node(entry: str, field: TextField | None) -> Node:
    return (
        Phrase(entry, field=field, is_inflected=True)
        if " " in entry
        else Word(entry, field, is_whole=True)
    )

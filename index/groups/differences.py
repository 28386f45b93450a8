"""The differences of two texts in the same place: names, numbers and dates in a shared frame.

An editor cuts, adds and rewords, but leaves the facts alone; filling in a template leaves the words
alone and changes the facts. Texts are therefore aligned word by word (longest common subsequence),
and where a short stretch of one replaces a short stretch of the other, their facts are compared:
those that are only in one of them, against those of the same kind that are only in the other. A
fact that one text omits is not a conflict.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.groups.wording import Kind, Wording
from index.text.edits import shared_runs

MOST_PLAIN_WORDS = 4
"""The most words without facts in a stretch, on either side; a stretch with more was rewritten."""

MOST_STRAY_WORDS = 3
"""The most words outside slots that may differ if two texts are to be the same frame."""

_STEM_LETTERS = 4
_ENDING_LETTERS = 2
"""The least letters of a name, and the most that its inflected forms add."""

_WEIGHTS = {
    Kind.NUMBER: 1.0,
    Kind.DATE: 1.0,
    Kind.NAME: 1.0,
    Kind.INITIAL: 0.5,
    Kind.UNCASED: 0.25,
}
_NOUN_WEIGHT = 0.6
"""For names in languages that capitalise all nouns: editors may use other nouns."""

_NOUNS_WITH_CAPITALS = frozenset({"de", "lb"})

_COMPARED = (
    frozenset({Kind.NUMBER}),
    frozenset({Kind.DATE}),
    frozenset({Kind.NAME, Kind.INITIAL, Kind.UNCASED}),
)
"""Kinds of facts that conflict. Other words do not, but may fill in a template too."""

_NAMES = _COMPARED[2]
_CONTENT = frozenset(Kind) - {Kind.FUNCTION}
_PLAIN = frozenset({Kind.FUNCTION, Kind.PLAIN})

Filling = tuple[str, ...]
"""The facts in a slot that are only in one text or, if there are none, its words."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A difference of two texts.

    `place` is that of its first word in the first text, negative in the title. `weight` is how much
    the two fillings conflict.
    """

    place: int
    ours: Filling
    theirs: Filling
    weight: float


@dataclass(frozen=True, slots=True)
class Differences:
    """The differences of two texts.

    `shared_words` were aligned; `stray_words` differ and are not in a slot.
    """

    shared_words: int
    stray_words: int
    slots: tuple[Slot, ...]

    @property
    def conflicts(self) -> float:
        """The total weight of conflicts; the same two fillings count once."""
        return sum({(slot.ours, slot.theirs): slot.weight for slot in self.slots}.values())

    def with_titles(self, titles: "Differences") -> "Differences":
        """These differences and those of the titles."""
        slots = (Slot(-1 - one.place, one.ours, one.theirs, one.weight) for one in titles.slots)
        return Differences(self.shared_words, self.stray_words, (*self.slots, *slots))


NO_DIFFERENCES = Differences(0, 0, ())
"""The differences of equal texts."""


def are_template(found: Iterable[Differences], fillings: int) -> bool:
    """Whether a text and others are one frame, with this many different fillings of one place."""
    known: dict[int, set[Filling]] = {}
    for one in found:
        if one.stray_words <= MOST_STRAY_WORDS:
            for slot in one.slots:
                known.setdefault(slot.place, set()).add(slot.theirs)
    return any(len(theirs) >= fillings for theirs in known.values())


def differences(one: Wording, other: Wording, language: str) -> Differences:
    """Align two texts in a language (BCP 47) and compare their facts."""
    words = frozenset(one.forms), frozenset(other.forms)
    shared = left = right = stray = 0
    slots: list[Slot] = []
    for begin, other_begin, length in shared_runs(one.forms, other.forms):
        ours = _Stretch.between(one, left, begin)
        theirs = _Stretch.between(other, right, other_begin)
        found = list(_slots(ours, theirs, words, language))
        slots += found
        stray += 0 if found else max(len(ours.forms), len(theirs.forms))
        shared += length
        left, right = begin + length, other_begin + length
    return Differences(shared, stray, tuple(slots))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Consecutive words of one text, starting at `begin`."""

    begin: int
    forms: Sequence[str]
    kinds: Sequence[Kind]

    @classmethod
    def between(cls, text: Wording, begin: int, end: int) -> "_Stretch":
        return cls(begin, text.forms[begin:end], text.kinds[begin:end])

    @property
    def plain_words(self) -> int:
        return sum(kind in _PLAIN for kind in self.kinds)

    def new(self, kinds: frozenset[Kind], known: frozenset[str]) -> list[int]:
        """The places in it of words of the given kinds that are not in `known`."""
        pairs = enumerate(zip(self.forms, self.kinds, strict=True))
        return [at for at, (form, kind) in pairs if kind in kinds and form not in known]

    def filling(self, places: Sequence[int]) -> Filling:
        return tuple(self.forms[at] for at in places)

    def weight(self, places: Sequence[int], language: str) -> float:
        """The weight of the words at some places; a name of several words counts once."""
        return sum(
            _weight(self.kinds[at], language)
            for at in places
            if not (at - 1 in places and self.kinds[at] in _NAMES)
        )


def _slots(
    ours: _Stretch, theirs: _Stretch, words: tuple[frozenset[str], frozenset[str]], language: str
) -> Iterator[Slot]:
    """The differences of two stretches that replace each other.

    `words` are those of the two texts: a word that is elsewhere in the other text may have been
    moved. If only facts differ, they have swapped places, which is a difference.
    """
    plain_words = max(ours.plain_words, theirs.plain_words)
    if not ours.forms or not theirs.forms or plain_words > MOST_PLAIN_WORDS:
        return
    own, others = words if plain_words else (frozenset(ours.forms), frozenset(theirs.forms))
    found = False
    for kinds in _COMPARED:
        here, there = ours.new(kinds, others), theirs.new(kinds, own)
        fillings = ours.filling(here), theirs.filling(there)
        if here and there and not _are_forms_of_one(*fillings):
            found = True
            weight = min(ours.weight(here, language), theirs.weight(there, language))
            yield Slot(ours.begin + here[0], *fillings, weight)
    if not found and ours.new(_CONTENT, others) and theirs.new(_CONTENT, own):
        yield Slot(ours.begin, tuple(ours.forms), tuple(theirs.forms), 0.0)


def _weight(kind: Kind, language: str) -> float:
    if kind is Kind.NAME and language in _NOUNS_WITH_CAPITALS:
        return _NOUN_WEIGHT
    return _WEIGHTS[kind]


def _are_forms_of_one(ours: Filling, theirs: Filling) -> bool:
    """Whether two fillings are one word with different endings (Lindenau, Lindenauer)."""
    if len(ours) > 1 or len(theirs) > 1:
        return False
    short, long = sorted((ours[0], theirs[0]), key=len)
    has_stem = len(short) >= _STEM_LETTERS and short.isalpha() and long.startswith(short)
    return has_stem and len(long) - len(short) <= _ENDING_LETTERS

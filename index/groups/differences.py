"""What two texts say differently in the same place: names, numbers and dates in one frame of words.

An editor cuts, adds and rewords, and leaves the facts alone; who fills in a template leaves the
words alone and changes the facts. So texts are aligned word by word (longest common subsequence),
and where a short stretch of one stands for a short stretch of the other, their facts are compared:
those that only one of them has, against those of the same kind that only the other has. What one
text has and the other leaves out is no conflict.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.groups.wording import Kind, Wording
from index.text.edits import shared_runs

MOST_PLAIN_WORDS = 4
"""Words that tell no fact in a stretch, on either side: what has more was written anew."""

MOST_STRAY_WORDS = 3
"""What may differ between two texts besides slots, if they are to be one frame and nothing else."""

_STEM_LETTERS = 4
_ENDING_LETTERS = 2
"""What a name has at least, and what its forms have more at most."""

_WEIGHTS = {
    Kind.NUMBER: 1.0,
    Kind.DATE: 1.0,
    Kind.NAME: 1.0,
    Kind.INITIAL: 0.5,
    Kind.UNCASED: 0.25,
}
_NOUN_WEIGHT = 0.6
"""Of a name where all nouns have capitals: editors know other nouns."""

_NOUNS_WITH_CAPITALS = frozenset({"de", "lb"})

_COMPARED = (
    frozenset({Kind.NUMBER}),
    frozenset({Kind.DATE}),
    frozenset({Kind.NAME, Kind.INITIAL, Kind.UNCASED}),
)
"""Kinds of facts that conflict. Other words do not, but may fill a template, too."""

_NAMES = _COMPARED[2]
_CONTENT = frozenset(Kind) - {Kind.FUNCTION}
_PLAIN = frozenset({Kind.FUNCTION, Kind.PLAIN})

Filling = tuple[str, ...]
"""The facts in a slot that one text has and the other has not; where there are none, its words."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where two texts differ: `place` is the first word's in the first text, negative in its title.

    `weight` says how much the two fillings conflict.
    """

    place: int
    ours: Filling
    theirs: Filling
    weight: float


@dataclass(frozen=True, slots=True)
class Differences:
    """What two texts say differently.

    `shared_words` were aligned; `stray_words` are those that differ and stand in no slot.
    """

    shared_words: int
    stray_words: int
    slots: tuple[Slot, ...]

    @property
    def conflicts(self) -> float:
        """The weight of all that conflicts; the same two fillings count once."""
        return sum({(slot.ours, slot.theirs): slot.weight for slot in self.slots}.values())

    def with_titles(self, titles: "Differences") -> "Differences":
        """These of two texts, and those of their titles."""
        slots = (Slot(-1 - one.place, one.ours, one.theirs, one.weight) for one in titles.slots)
        return Differences(self.shared_words, self.stray_words, (*self.slots, *slots))


NO_DIFFERENCES = Differences(0, 0, ())
"""Of equal texts."""


def are_template(found: Iterable[Differences], fillings: int) -> bool:
    """Whether one text and others are one frame, and a place of it has so many other fillings."""
    known: dict[int, set[Filling]] = {}
    for one in found:
        if one.stray_words <= MOST_STRAY_WORDS:
            for slot in one.slots:
                known.setdefault(slot.place, set()).add(slot.theirs)
    return any(len(theirs) >= fillings for theirs in known.values())


def differences(one: Wording, other: Wording, language: str) -> Differences:
    """Align two texts of a language (BCP 47) and compare what they say."""
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
    """Neighbouring words of one text, from the one at `begin` on."""

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
        """The places in it of words of some kinds that are not known."""
        pairs = enumerate(zip(self.forms, self.kinds, strict=True))
        return [at for at, (form, kind) in pairs if kind in kinds and form not in known]

    def filling(self, places: Sequence[int]) -> Filling:
        return tuple(self.forms[at] for at in places)

    def weight(self, places: Sequence[int], language: str) -> float:
        """What the words at some places weigh; a name of several words counts once."""
        return sum(
            _weight(self.kinds[at], language)
            for at in places
            if not (at - 1 in places and self.kinds[at] in _NAMES)
        )


def _slots(
    ours: _Stretch, theirs: _Stretch, words: tuple[frozenset[str], frozenset[str]], language: str
) -> Iterator[Slot]:
    """What two stretches that stand in each other's place say differently.

    `words` are those of the two texts: what stands elsewhere in the other text may have been moved.
    Where nothing but facts differs, they change places, and that is a difference.
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
    """Whether two fillings are one word with two endings (Lindenau, Lindenauer)."""
    if len(ours) > 1 or len(theirs) > 1:
        return False
    short, long = sorted((ours[0], theirs[0]), key=len)
    has_stem = len(short) >= _STEM_LETTERS and short.isalpha() and long.startswith(short)
    return has_stem and len(long) - len(short) <= _ENDING_LETTERS

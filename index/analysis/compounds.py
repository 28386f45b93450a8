"""Splitting compounds with a lexicon that ships with the package.

A split's weight is the product of its two sides' family sizes, as in Koehn and Knight, "Empirical
methods for compound splitting" (EACL 2003), with type counts in place of corpus frequencies. The
result is a function of the word alone.
"""

from collections.abc import Callable

from index.analysis.compound_lexicon import CompoundLexicon

_SHORTEST = 6
_LONGEST = 48
_SHORTEST_SIDE = 3
# A side that is itself a compound weighs the product of its parts over this, which makes a word of
# the dictionary the better choice where there is one.
_NESTING = 1000.0
_ENOUGH = 60.0
# Long parts seldom fit by accident.
_ENOUGH_IF_LONG = 5.0
_LONG = 6


class CompoundSplitter:
    """Splits one word at a time; keeps no state between words."""

    def __init__(self, lexicon: CompoundLexicon) -> None:
        self._lexicon = lexicon

    def parts(self, word: str) -> tuple[str, ...]:
        """The words that make up a compound, in order; empty for any other word.

        `word` is lower case (German ß as ss). A part is every run of the smallest parts that is
        itself known ("atomkraftwerk": atom, atomkraft, kraft, kraftwerk, werk). German words that
        spell umlauts as ae, oe, ue are understood.
        """
        return self._splits(word, _Splits.parts)

    def leaves(self, word: str) -> tuple[str, ...]:
        """The smallest parts of a compound, in order, including repeated ones; empty for other
        words.
        """
        return self._splits(word, _Splits.leaves)

    def splits(self, word: str) -> tuple[tuple[str, str], ...]:
        """Every two words that a compound may be, the second one a known head.

        The first may be anything, such as a name: "ukrainekrieg" is "ukraine" and "krieg".
        """
        if not _SHORTEST <= len(word) <= _LONGEST or self._lexicon.is_whole(word):
            return ()
        pairs = ((word[:at], word[at:]) for at in range(_SHORTEST_SIDE, len(word) - 2))
        return tuple(
            (first, head)
            for first, head in pairs
            if self._lexicon.head(head) and self._lexicon.may_end(first, head)
        )

    def _splits(self, word: str, of: Callable[["_Splits"], tuple[str, ...]]) -> tuple[str, ...]:
        if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return ()
        found = of(_Splits(self._lexicon, word))
        respelled = None if found else self._lexicon.respelled(word)
        return found if respelled is None else of(_Splits(self._lexicon, respelled))


class _Splits:
    """The work on one word: substrings are identified by their start and end."""

    def __init__(self, lexicon: CompoundLexicon, word: str) -> None:
        self._lexicon = lexicon
        self._word = word
        self._best: dict[tuple[int, int], tuple[float, int] | None] = {}

    def parts(self) -> tuple[str, ...]:
        end = len(self._word)
        best = self._split(0, end)
        if best is None:
            return ()
        leaves = self._leaves(0, end)
        sides = {(0, best[1]), (best[1], end)}
        found: dict[str, None] = {}
        for number, (start, _) in enumerate(leaves):
            for _, stop in leaves[number:]:
                is_leaf = stop == leaves[number][1]
                whole = (start, stop) == (0, end)
                if not whole and (is_leaf or (start, stop) in sides or self._is_known(start, stop)):
                    found[self._citation(start, stop)] = None
        return tuple(found)

    def leaves(self) -> tuple[str, ...]:
        found = self._leaves(0, len(self._word))
        return tuple(self._citation(*leaf) for leaf in found) if len(found) > 1 else ()

    def _is_known(self, start: int, stop: int) -> bool:
        form = self._word[start:stop]
        is_last = stop == len(self._word)
        return bool(self._lexicon.head(form) if is_last else self._lexicon.modifier(form))

    def _citation(self, start: int, stop: int) -> str:
        form = self._word[start:stop]
        return form if stop == len(self._word) else self._lexicon.citation(form)

    def _leaves(self, start: int, stop: int) -> list[tuple[int, int]]:
        best = self._split(start, stop)
        if best is None:
            return [(start, stop)]
        return [*self._leaves(start, best[1]), *self._leaves(best[1], stop)]

    def _split(self, start: int, stop: int) -> tuple[float, int] | None:
        """The weight of the best split of a substring, and its position."""
        key = (start, stop)
        if key not in self._best:
            self._best[key] = self._find_split(start, stop)
        return self._best[key]

    def _find_split(self, start: int, stop: int) -> tuple[float, int] | None:
        if stop - start < _SHORTEST or self._lexicon.is_whole(self._word[start:stop]):
            return None
        best: tuple[float, int] | None = None
        for middle in range(start + 2, stop - 1):
            head = self._weight(middle, stop, self._lexicon.head)
            if not head and stop < len(self._word):
                # Inside a longer compound the head may carry a linking element.
                head = self._weight(middle, stop, self._lexicon.modifier)
            if head < 1 or not self._lexicon.may_end(
                self._word[start:middle], self._word[middle:stop]
            ):
                continue
            weight = head * self._weight(start, middle, self._lexicon.modifier)
            long = min(middle - start, stop - middle) >= _LONG
            if weight >= (_ENOUGH_IF_LONG if long else _ENOUGH) and (
                best is None or weight > best[0]
            ):
                best = (weight, middle)
        return best

    def _weight(self, start: int, stop: int, count_of: Callable[[str], float]) -> float:
        nested = self._split(start, stop)
        known = count_of(self._word[start:stop])
        return max(known, nested[0] / _NESTING, 1.0) if nested else known

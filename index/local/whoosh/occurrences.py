"""The occurrences of a term in the live articles of a segment, and Whoosh's matcher over them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.matching.mcore import LeafMatcher, ReadTooFar
from whoosh.query.spans import Span

from index.lexical.evaluate import LanguagePart
from index.lexical.plan import Spelling
from index.query import TextField


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The articles with a term: ascending ordinals `(n,)`, at least one, and weights `(n,)`.

    `positions_at(i)` are the term's positions in the i-th of them, ascending.
    """

    docs: NDArray[np.int64]
    weights: NDArray[np.float64]
    positions_at: Callable[[int], list[int]]

    def __len__(self) -> int:
        return len(self.docs)

    def positions_in(self, doc: int) -> list[int]:
        """The positions in one of the articles, by its ordinal."""
        return self.positions_at(int(np.searchsorted(self.docs, doc)))


def no_positions(_at: int) -> list[int]:
    """The positions in fields that have none."""
    return []


def occurrences_of(
    part: LanguagePart, term: str, field: TextField | None, spelling: Spelling | None = None
) -> Occurrences | None:
    """A term's occurrences in the live articles of a part; None if there are none.

    With a spelling, positions are only those of words written so; articles may be left with none.
    """
    postings = part.postings
    number = postings.terms.find(term)
    if number is None:
        return None
    listed = postings.posting_range(number)
    docs = postings.docs[listed].astype(np.int64)
    title = postings.title_counts[listed].astype(np.int64)
    body = postings.body_counts[listed].astype(np.int64)
    weights = {
        None: (title * part.parameters.title_weight + body).astype(np.float64),
        TextField.TITLE: title.astype(np.float64),
        TextField.BODY: body.astype(np.float64),
    }[field]
    chosen = weights > 0
    if part.live is not None:
        chosen &= part.live[docs]
    at = np.flatnonzero(chosen)
    if not len(at):
        return None
    starts = int(postings.position_offsets[number]) + np.cumsum(title + body) - title - body
    firsts = starts + (title if field is TextField.BODY else 0)
    ends = starts + title + (0 if field is TextField.TITLE else body)

    wanted = None
    if spelling is not None and postings.has_spellings:
        written = enumerate(postings.spellings_of(number), 1)
        wanted = [form for form, word in written if spelling.is_of(word)]

    def positions_at(place: int) -> list[int]:
        own = slice(firsts[at[place]], ends[at[place]])
        positions = postings.positions[own]
        if wanted is not None:
            positions = positions[np.isin(postings.forms[own], wanted)]
        found: list[int] = positions.tolist()
        return found

    return Occurrences(docs[at], weights[at], positions_at)


def merged(parts: Sequence[Occurrences]) -> Occurrences | None:
    """All occurrences together; in an article that several have, weights add up."""
    if len(parts) <= 1:
        return parts[0] if parts else None
    docs = np.concatenate([part.docs for part in parts])
    owners = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    places = np.concatenate([np.arange(len(part)) for part in parts])
    order = np.argsort(docs, kind="stable")
    distinct, firsts = np.unique(docs[order], return_index=True)
    weights = np.concatenate([part.weights for part in parts])[order]
    bounds = np.append(firsts, len(order))

    def positions_at(place: int) -> list[int]:
        found: set[int] = set()
        for at in order[bounds[place] : bounds[place + 1]]:
            found.update(parts[owners[at]].positions_at(int(places[at])))
        return sorted(found)

    return Occurrences(distinct, np.add.reduceat(weights, firsts).astype(float), positions_at)


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """Iterates over the occurrences of one term."""

    def __init__(
        self, term: tuple[str, bytes], occurrences: Occurrences, format_: object, scorer: Any
    ) -> None:
        self._term = term
        self._occurrences = occurrences
        self._docs: list[int] = occurrences.docs.tolist()
        self.format, self.scorer = format_, scorer
        self._at = 0

    def is_active(self) -> bool:
        """Whether there is a current posting."""
        return self._at < len(self._docs)

    def reset(self) -> None:
        """Return to the first posting."""
        self._at = 0

    def copy(self) -> "ArrayMatcher":
        """An independent matcher at the same posting."""
        twin = ArrayMatcher(self._term, self._occurrences, self.format, self.scorer)
        twin._at = self._at
        return twin

    def id(self) -> int:
        """The current article's ordinal."""
        return self._docs[self._at]

    def all_ids(self) -> Iterator[int]:
        """All articles' ordinals."""
        return iter(self._docs)

    def next(self) -> bool:
        """Advance to the next posting."""
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return True

    def skip_to(self, id: int) -> None:
        """Advance to the first posting not before `id`."""
        self._at = max(self._at, int(np.searchsorted(self._occurrences.docs, id)))

    def weight(self) -> float:
        """The weighted number of occurrences."""
        return float(self._occurrences.weights[self._at])

    def score(self) -> float:
        """The scorer's score, or the weight without one."""
        return self.weight() if self.scorer is None else float(self.scorer.score(self))

    def supports_block_quality(self) -> bool:
        """Postings are not in blocks."""
        return False

    def spans(self) -> list[Span]:
        """The current posting's positions."""
        return [Span(position) for position in self._occurrences.positions_at(self._at)]

    def value_as(self, astype: str) -> Any:
        """Positions, or their number, or the weight."""
        if astype == "weight":
            return self.weight()
        positions = self._occurrences.positions_at(self._at)
        return positions if astype == "positions" else len(positions)

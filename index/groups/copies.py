"""Whether two texts are copies: one agency text, cut, reordered, with another lead or headline.

A copy keeps the wording of what it keeps. So the measure is containment: the share of the shorter
text's word 3-grams that the longer one has (Broder 1997), which a cut does not lower. Texts made
from one template (weather, markets) have that in common too, but not the numbers.
"""

from dataclasses import dataclass

from index.domain import Article
from index.groups import fingerprints

CONTAINMENT = 0.4
SURE_CONTAINMENT = 0.6
"""From here on the vectors are not asked."""

COSINE = 0.6
"""How near the mean vectors are at least; two parts of one text may be rather different."""

BRIDGED_CONTAINMENT = 0.1
"""What two texts must have in common to be called copies because a third has much of both."""

LEAST_SHINGLES = 8
"""Shorter texts are copies only if they are equal."""

_LEAST_NUMBERS = 3
_SHARED_NUMBERS = 1 / 3


@dataclass(frozen=True, slots=True)
class Text:
    """What is compared of one text."""

    hash: int
    shingles: frozenset[str]
    numbers: frozenset[str]


def text_of(article: Article) -> Text:
    """What is compared of an article."""
    words = fingerprints.words(article.text[article.body_start :])
    return Text(
        fingerprints.text_hash(words), fingerprints.shingles(words), fingerprints.numbers(words)
    )


def containment(a: Text, b: Text) -> float:
    """The share of the shorter text's word 3-grams that the longer one has."""
    return len(a.shingles & b.shingles) / min(len(a.shingles), len(b.shingles))


def are_copies(a: Text, b: Text, cosine: float) -> bool:
    """Whether two texts of the same days are one text, edited."""
    if a.hash == b.hash:
        return True
    if min(len(a.shingles), len(b.shingles)) < LEAST_SHINGLES:
        return False
    share = containment(a, b)
    is_contained = share >= SURE_CONTAINMENT or (share >= CONTAINMENT and cosine >= COSINE)
    return is_contained and not _is_template(a, b)


def _is_template(a: Text, b: Text) -> bool:
    """Whether most numbers differ: an edit keeps them, the same report of another day does not."""
    fewer = min(len(a.numbers), len(b.numbers))
    return fewer >= _LEAST_NUMBERS and len(a.numbers & b.numbers) < _SHARED_NUMBERS * fewer

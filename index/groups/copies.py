"""Whether two texts are copies: one agency text, cut, reordered, with another lead or headline.

A copy keeps the wording of what it keeps. So the measure is containment: the share of the shorter
text's word 3-grams that the longer one has (Broder 1997), which a cut does not lower. Reports made
from one template share most of their wording, too, but not their facts: names, numbers and dates
that differ in the same place speak against a copy (`index.groups.differences`).
"""

from dataclasses import dataclass
from functools import cached_property

from index.domain import Article
from index.groups import fingerprints
from index.groups.differences import Differences, differences
from index.groups.wording import Kind, Wording, wording

CONTAINMENT = 0.4
SURE_CONTAINMENT = 0.6
"""From here on the vectors are not asked."""

COSINE = 0.6
"""How near the mean vectors are at least; two parts of one text may be rather different."""

BRIDGED_CONTAINMENT = 0.1
"""What two texts must have in common to be called copies because a third has much of both."""

LEAST_WORDS = 20
"""Texts with fewer are copies only if they are equal, and their titles, too."""

WORDS_PER_CONFLICT = 100
"""A copy has at most one conflicting fact in so many words that it shares.

In the 18 marked pairs of the sample corpus it is one in 137 at most, and none in 14 of them; in the
notices of the quality tests, half of whose pairs have one in 27 or fewer, it is one in 81 at least.
"""

FILLINGS = 3
"""The same words seen with so many other fillings are a template: then none may differ."""

_LEAST_NUMBERS = 3
_SHARED_NUMBERS = 1 / 3

_FRAMED_TITLE = 0.5
_FRAMING_WORDS = 2
"""Titles that share so much of the shorter one, and so many words, are compared like texts."""


@dataclass(frozen=True)
class Text:
    """What is compared of one text. `hash` is None for an empty one, which equals nothing."""

    language: str
    title: str
    body: str
    hash: int | None
    shingles: frozenset[str]
    is_short: bool

    @cached_property
    def wording(self) -> Wording:
        """The words of the text; few texts come so near to another that they are needed."""
        return wording(self.body, self.language)

    @cached_property
    def title_wording(self) -> Wording:
        """The words of the title."""
        return wording(self.title, self.language)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in the text."""
        pairs = zip(self.wording.forms, self.wording.kinds, strict=True)
        return frozenset(form for form, kind in pairs if kind is Kind.NUMBER)


def text_of(article: Article) -> Text:
    """What is compared of an article."""
    body = article.text[article.body_start :]
    words = fingerprints.words(body)
    is_short = len(words) < LEAST_WORDS
    compared = [*fingerprints.words(article.title), "", *words] if is_short else words
    return Text(
        article.language,
        article.title,
        body,
        fingerprints.text_hash(compared) if words else None,
        fingerprints.shingles(words),
        is_short,
    )


def are_equal(a: Text, b: Text) -> bool:
    """Whether two texts differ in case, punctuation and white space at most."""
    return a.hash is not None and a.hash == b.hash


def containment(a: Text, b: Text) -> float:
    """The share of the shorter text's word 3-grams that the longer one has."""
    return len(a.shingles & b.shingles) / min(len(a.shingles), len(b.shingles))


def share_wording(a: Text, b: Text, cosine: float) -> bool:
    """Whether two texts, neither of them short, have one wording; `cosine` of their vectors."""
    if a.is_short or b.is_short:
        return False
    share = containment(a, b)
    return share >= SURE_CONTAINMENT or (share >= CONTAINMENT and cosine >= COSINE)


def compare(a: Text, b: Text) -> Differences:
    """What two texts of one wording, and titles that are framed alike, say differently."""
    found = differences(a.wording, b.wording, a.language)
    titles = differences(a.title_wording, b.title_wording, a.language)
    shorter = min(len(a.title_wording.forms), len(b.title_wording.forms))
    is_framed = titles.shared_words >= max(_FRAMED_TITLE * shorter, _FRAMING_WORDS)
    return found.with_titles(titles) if is_framed else found


def contradict(a: Text, b: Text, found: Differences) -> bool:
    """Whether what two texts of one wording say differently makes two reports of them."""
    if found.conflicts * WORDS_PER_CONFLICT > found.shared_words:
        return True
    fewer = min(len(a.numbers), len(b.numbers))
    return fewer >= _LEAST_NUMBERS and len(a.numbers & b.numbers) < _SHARED_NUMBERS * fewer


def say_the_same(a: Text, b: Text) -> bool:
    """Whether nothing stands in one text where something else stands in the other."""
    return are_equal(a, b) or not compare(a, b).slots


def go_together(a: Text, b: Text) -> bool:
    """Whether two texts may be copies because of a third.

    They have something in common, and where it is much, it does not contradict.
    """
    if are_equal(a, b):
        return True
    share = containment(a, b)
    if share < BRIDGED_CONTAINMENT:
        return False
    return share < CONTAINMENT or not contradict(a, b, compare(a, b))

"""Whether two texts are copies: one agency text, cut, reordered, or with a new lead or headline.

A copy keeps the wording of the parts it keeps. The measure is therefore containment: the share of
the shorter text's word 3-grams that are in the longer one (Broder 1997), which cuts do not lower.
Reports made from one template share most of their wording too, but not their facts: names, numbers
and dates that differ in the same place are evidence against a copy (`index.groups.differences`).
"""

from dataclasses import dataclass
from functools import cached_property

from index.domain import Article
from index.groups import fingerprints
from index.groups.differences import Differences, differences
from index.groups.wording import Kind, Wording, wording

CONTAINMENT = 0.4
SURE_CONTAINMENT = 0.6
"""From here on, the vectors are not checked."""

COSINE = 0.6
"""The least cosine of the mean vectors; two parts of one text may differ considerably."""

BRIDGED_CONTAINMENT = 0.1
"""The least containment of two texts that are copies via a third, which shares much with both."""

LEAST_WORDS = 20
"""Texts with fewer words are copies only if they are equal, and their titles too."""

WORDS_PER_CONFLICT = 100
"""A copy has at most one conflicting fact per this many shared words.

In the 18 marked pairs of the sample corpus, it is at most one in 137, and none in 14 of them; in
the notices of the quality tests, it is at least one in 81, and one in 27 words or fewer in half of
the pairs.
"""

FILLINGS = 3
"""Words seen with this many different fillings are a template; then no filling may differ."""

_LEAST_NUMBERS = 3
_SHARED_NUMBERS = 1 / 3

_FRAMED_TITLE = 0.5
_FRAMING_WORDS = 2
"""Titles that share this much of the shorter one, and this many words, are compared like texts."""


@dataclass(frozen=True)
class Text:
    """One text for comparison. `hash` is None if it is empty; an empty text equals nothing."""

    language: str
    title: str
    body: str
    hash: int | None
    shingles: frozenset[str]
    is_short: bool

    @cached_property
    def wording(self) -> Wording:
        """The words of the text, computed lazily as few texts come close enough to another."""
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
    """An article's text for comparison."""
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
    """Whether two texts differ at most in case, punctuation and white space."""
    return a.hash is not None and a.hash == b.hash


def containment(a: Text, b: Text) -> float:
    """The share of the shorter text's word 3-grams that are in the longer one."""
    return len(a.shingles & b.shingles) / min(len(a.shingles), len(b.shingles))


def share_wording(a: Text, b: Text, cosine: float) -> bool:
    """Whether two texts, neither short, share their wording; `cosine` is that of their vectors."""
    if a.is_short or b.is_short:
        return False
    share = containment(a, b)
    return share >= SURE_CONTAINMENT or (share >= CONTAINMENT and cosine >= COSINE)


def compare(a: Text, b: Text) -> Differences:
    """The differences of two texts with shared wording, and of their titles if framed alike."""
    found = differences(a.wording, b.wording, a.language)
    titles = differences(a.title_wording, b.title_wording, a.language)
    shorter = min(len(a.title_wording.forms), len(b.title_wording.forms))
    is_framed = titles.shared_words >= max(_FRAMED_TITLE * shorter, _FRAMING_WORDS)
    return found.with_titles(titles) if is_framed else found


def contradict(a: Text, b: Text, found: Differences) -> bool:
    """Whether the differences of two texts with shared wording make them separate reports."""
    if found.conflicts * WORDS_PER_CONFLICT > found.shared_words:
        return True
    fewer = min(len(a.numbers), len(b.numbers))
    return fewer >= _LEAST_NUMBERS and len(a.numbers & b.numbers) < _SHARED_NUMBERS * fewer


def say_the_same(a: Text, b: Text) -> bool:
    """Whether no place has different content in the two texts."""
    return are_equal(a, b) or not compare(a, b).slots


def go_together(a: Text, b: Text) -> bool:
    """Whether two texts may be copies because of a third.

    They must have something in common and, if that is much, not contradict each other.
    """
    if are_equal(a, b):
        return True
    share = containment(a, b)
    if share < BRIDGED_CONTAINMENT:
        return False
    return share < CONTAINMENT or not contradict(a, b, compare(a, b))

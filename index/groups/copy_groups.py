"""Groups of copies of one text: which articles join, and which is the original, the earliest.

A group stays close to its original: an article joins if it is a copy of a member, was published
within the window around the original, and has something in common with it without contradiction;
two groups are merged only if the same holds for their originals. An article without a date has no
window; only its wording decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.domain import Keys, StoredArticle
from index.groups import copies, fingerprints, minhash
from index.groups.comparison import Comparison
from index.groups.copies import Text
from index.groups.differences import NO_DIFFERENCES, Differences, Slot, are_template
from index.groups.draft import Draft
from index.groups.fact_tables import Facts
from index.groups.member_tables import ALONE, Membership
from index.protocols import Archive, Snapshot
from index.runtime.lru import LruCache

CANDIDATES = 12
"""The number of texts of each kind of candidate that are read and compared."""

TEXTS_KEPT = 1_000
"""Texts cached in one run: articles close in time are compared with the same texts repeatedly."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A new article for comparison. `named` are its names as written, by hash."""

    facts: Facts
    text: Text
    bands: tuple[int, ...]
    named: dict[int, str]


def newcomer(stored: StoredArticle, when_s: int, snapshot: Snapshot) -> Newcomer:
    """What is compared of an article."""
    article = stored.article
    text = copies.text_of(article)
    named = fingerprints.named(article, snapshot.analyzer(article.language).is_stop_word)
    facts = Facts(
        stored.revision,
        article.id,
        when_s,
        article.language,
        text.hash or 0,
        fingerprints.hashed(named),
        is_dated=article.date is not None,
    )
    return Newcomer(
        facts,
        text,
        () if text.is_short else tuple(minhash.bands(text.shingles)),
        {fingerprints.name_hash(name): name for name in named},
    )


@dataclass(frozen=True, slots=True)
class _Match:
    """A candidate that shares the wording of a newcomer, and their differences."""

    facts: Facts
    text: Text
    containment: float
    differences: Differences


class Texts:
    """The texts of the archive for comparison; the most recently used are cached."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._kept: LruCache[int, Text] = LruCache(TEXTS_KEPT)

    def read(self, keys: Sequence[int]) -> dict[int, Text]:
        """The texts of the articles that still exist."""
        return self._kept.get_all(keys, self._read)

    def _read(self, keys: Sequence[int]) -> dict[int, Text]:
        found = self._archive.revisions(keys)
        return {key: copies.text_of(stored.article) for key, stored in found.items()}


class CopyGroups:
    """Finds the copies of newcomers among a draft's articles."""

    def __init__(self, draft: Draft, texts: Texts, comparison: Comparison, window_s: int) -> None:
        self._draft = draft
        self._texts = texts
        self._comparison = comparison
        self._window_s = window_s

    def join(self, new: Newcomer, near: Keys) -> set[str] | None:
        """Group a newcomer with its copies, all in one story.

        `near` are its neighbours by meaning. Returns the stories changed by it; None if it is not
        in a story yet. One more copy of a text changes no story.
        """
        originals = self._originals(new, self._matches(new, near))
        if not originals:
            return None
        stories = [one.story for one in self._draft.memberships(originals).values()]
        if self._follows(new, originals):
            return None if stories[0] is None else set()
        group = [new.facts.key]
        for original in originals:
            group += self._draft.copies(original) or [original]
        self._elect(group, next((story for story in stories if story is not None), None))
        return {story for story in stories if story is not None} or None

    def _follows(self, new: Newcomer, originals: Sequence[int]) -> bool:
        """Add a newcomer to a single group of copies if that changes nothing for the others.

        A new election would touch every member for every newcomer.
        """
        original = originals[0]
        membership = self._draft.memberships([original])[original]
        first = self._draft.facts([original])[original]
        is_later = _age(new.facts) > _age(first)
        if len(originals) > 1 or membership.original != original or not is_later:
            return False
        self._draft.set_membership(new.facts, membership)
        return True

    def _originals(self, new: Newcomer, matches: Sequence[_Match]) -> list[int]:
        """The originals of the groups that a newcomer joins, the most similar first.

        Each original must be compatible with the newcomer and with the first: a digest contains
        texts that are not copies of each other, and chains of copies would join all texts of a
        template.
        """
        texts = {match.facts.key: match.text for match in matches}
        memberships = self._draft.memberships(texts)
        originals = dict.fromkeys(memberships[key].original or key for key in texts)
        texts |= self._texts.read([key for key in originals if key not in texts])
        known = self._draft.facts(originals)
        joined: list[int] = []
        for original in originals:
            compared = [new.text, *(texts[key] for key in joined[:1])]
            if (
                original in texts
                and self._is_in_window(known[original], new.facts)
                and all(copies.go_together(texts[original], text) for text in compared)
            ):
                joined.append(original)
        return joined

    def remove(self, gone: Facts) -> str | None:
        """Remove an article; its copies elect another original. Returns the story it was in."""
        membership = self._draft.memberships([gone.key])[gone.key]
        self._draft.set_membership(gone, ALONE)
        if membership.original is not None:
            self._elect(self._draft.copies(membership.original), membership.story)
        return membership.story

    def _elect(self, keys: Iterable[int], story: str | None) -> None:
        """Make articles the copies of the earliest of them, all in one story.

        Those outside its window become the copies of the earliest among them, and so on.
        """
        left = sorted(self._draft.facts(keys).values(), key=_age)
        known = self._draft.memberships(facts.key for facts in left)
        while left:
            group = [facts for facts in left if self._is_in_window(left[0], facts)]
            left = [facts for facts in left if not self._is_in_window(left[0], facts)]
            wanted = Membership(group[0].key if len(group) > 1 else None, story)
            for facts in group:
                if known[facts.key] != wanted:
                    self._draft.set_membership(facts, wanted)

    def _matches(self, new: Newcomer, near: Keys) -> list[_Match]:
        """The articles with this text, the most similar first.

        If the newcomer shows that they fill in a template, their groups are split.
        """
        known = self._candidates(new, near)
        inside = [other for other in known if self._is_in_window(other, new.facts)]
        found = self._compared(new, inside)
        matches = [
            match
            for match in found
            if not copies.contradict(new.text, match.text, match.differences)
        ]
        if any(match.differences.slots for match in found):
            # Those outside the window are not copies, but may reveal a template.
            keys = {other.key for other in inside}
            outside = self._compared(new, [other for other in known if other.key not in keys])
            everything = (match.differences for match in (*found, *outside))
            if are_template(everything, copies.FILLINGS):
                self._part(found)
                matches = [match for match in matches if not match.differences.slots]
        return sorted(matches, key=lambda match: (-match.containment, match.facts.key))

    def _compared(self, new: Newcomer, known: Sequence[Facts]) -> list[_Match]:
        """The articles that share the wording of a newcomer, with their differences."""
        keys = [other.key for other in known]
        texts = self._texts.read(keys)
        found = []
        for other, cosine in zip(known, self._cosines(new, keys), strict=True):
            text = texts.get(other.key)
            if text is None:
                continue
            if copies.are_equal(new.text, text):
                found.append(_Match(other, text, 1.0, NO_DIFFERENCES))
            elif copies.share_wording(new.text, text, cosine):
                share = copies.containment(new.text, text)
                found.append(_Match(other, text, share, copies.compare(new.text, text)))
        return found

    def _part(self, found: Sequence[_Match]) -> None:
        """Split groups whose members fill in the newcomer's template differently."""
        memberships = self._draft.memberships(match.facts.key for match in found)
        said: dict[int, set[tuple[Slot, ...]]] = {}
        for match in found:
            original = memberships[match.facts.key].original
            if original is not None:
                said.setdefault(original, set()).add(match.differences.slots)
        for original, sayings in said.items():
            if len(sayings) > 1:
                story = self._draft.memberships([original])[original].story
                for part in self._parts(self._draft.copies(original)):
                    self._elect(part, story)

    def _parts(self, keys: Sequence[int]) -> list[list[int]]:
        """Articles grouped by content: in each part, the same as in its first article."""
        texts = self._texts.read(keys)
        parts: list[list[int]] = []
        for key in filter(texts.__contains__, keys):
            same = (part for part in parts if copies.say_the_same(texts[part[0]], texts[key]))
            part = next(same, None)
            if part is None:
                parts.append([key])
            else:
                part.append(key)
        return parts

    def _cosines(self, new: Newcomer, keys: Sequence[int]) -> list[float]:
        """The cosine of each article to a newcomer."""
        (own,) = self._comparison.vectors([new.facts.key])
        cosines: list[float] = (self._comparison.vectors(keys) @ own).tolist()
        return cosines

    def _candidates(self, new: Newcomer, near: Keys) -> list[Facts]:
        """Articles of the same language that may have this text.

        Some are outside the window, to reveal a template.
        """
        draft, facts, span_s = self._draft, new.facts, self._window_s
        if new.text.hash is None:
            return []
        keys = set(draft.with_text(facts, span_s, CANDIDATES))
        if not new.text.is_short:
            keys |= set(draft.sharing_bands(facts, new.bands, span_s, CANDIDATES))
            keys |= set(near[:CANDIDATES].tolist())
        return [
            other
            for _, other in sorted(draft.facts(keys).items())
            if other.key != facts.key and other.language == facts.language
        ]

    def _is_in_window(self, one: Facts, other: Facts) -> bool:
        """Whether two articles were published close enough in time, as far as is known."""
        is_known = one.is_dated and other.is_dated
        return not is_known or abs(one.when_s - other.when_s) <= self._window_s


def _age(facts: Facts) -> tuple[bool, int, int]:
    """Sorts articles, the original first, those without a date last."""
    return not facts.is_dated, facts.when_s, facts.key

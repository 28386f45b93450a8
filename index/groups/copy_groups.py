"""Copies of one text as groups: who joins, and who is the original, the earliest.

A group keeps to its original: what joins is a copy of a member and has something in common with the
original, and two groups become one only if their originals have.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.domain import Keys, StoredArticle
from index.groups import copies, fingerprints, minhash
from index.groups.comparison import Comparison
from index.groups.copies import Text
from index.groups.draft import ALONE, Draft, Facts, Membership
from index.protocols import Archive, Snapshot
from index.runtime.lru import LruCache

CANDIDATES = 12
"""How many texts of each kind of candidates are read and compared."""

TEXTS_KEPT = 1_000
"""Texts of one run: neighbours in time are compared with the same ones again and again."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A new article as it is compared. `named` are its names as they stand there, by hash."""

    facts: Facts
    text: Text
    bands: tuple[int, ...]
    named: dict[int, str]
    is_dated: bool


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
        text.hash,
        fingerprints.hashed(named),
    )
    return Newcomer(
        facts,
        text,
        tuple(minhash.bands(text.shingles)),
        {fingerprints.name_hash(name): name for name in named},
        article.date is not None,
    )


class Texts:
    """The texts of the archive as they are compared; those read last are kept."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._kept: LruCache[int, Text] = LruCache(TEXTS_KEPT)

    def read(self, keys: Sequence[int]) -> dict[int, Text]:
        """The texts of those articles that are still there."""
        return self._kept.get_all(keys, self._read)

    def _read(self, keys: Sequence[int]) -> dict[int, Text]:
        found = self._archive.revisions(keys)
        return {key: copies.text_of(stored.article) for key, stored in found.items()}


class CopyGroups:
    """Finds the copies of newcomers among what a draft remembers."""

    def __init__(self, draft: Draft, texts: Texts, comparison: Comparison, window_s: int) -> None:
        self._draft = draft
        self._texts = texts
        self._comparison = comparison
        self._window_s = window_s

    def join(self, new: Newcomer, near: Keys) -> set[str] | None:
        """Put a newcomer beside its copies, all in one story.

        `near` are its neighbours by meaning. Returns the stories that changed by it; None where it
        is in no story yet. One more copy of a text changes no story.
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
        """Make a newcomer one more copy of a single group, if that changes nothing for the others.

        Electing anew would touch every member for every newcomer.
        """
        original = originals[0]
        membership = self._draft.memberships([original])[original]
        first = self._draft.facts([original])[original]
        is_later = (new.facts.when_s, new.facts.key) > (first.when_s, first.key)
        if len(originals) > 1 or membership.original != original or not is_later:
            return False
        self._draft.set_membership(new.facts, membership)
        return True

    def _originals(self, new: Newcomer, matches: Sequence[tuple[int, Text]]) -> list[int]:
        """The originals of the groups that a newcomer joins, the most alike first.

        It must have something in common with each original and they with the first: a digest holds
        texts that are no copies of each other because of it.
        """
        texts = dict(matches)
        memberships = self._draft.memberships(texts)
        originals = dict.fromkeys(memberships[key].original or key for key in texts)
        texts |= self._texts.read([key for key in originals if key not in texts])
        joined: list[int] = []
        for original in originals:
            compared = [new.text, *(texts[key] for key in joined[:1])]
            if original in texts and all(
                copies.containment(texts[original], text) >= copies.BRIDGED_CONTAINMENT
                for text in compared
            ):
                joined.append(original)
        return joined

    def remove(self, gone: Facts) -> str | None:
        """Take an article out; its copies elect another original. Returns the story it was in."""
        membership = self._draft.memberships([gone.key])[gone.key]
        self._draft.set_membership(gone, ALONE)
        if membership.original is not None:
            self._elect(self._draft.copies(membership.original), membership.story)
        return membership.story

    def _elect(self, keys: Iterable[int], story: str | None) -> None:
        """Make articles the copies of the earliest of them, all in one story."""
        found = sorted(self._draft.facts(keys).values(), key=lambda one: (one.when_s, one.key))
        wanted = Membership(found[0].key if len(found) > 1 else None, story)
        known = self._draft.memberships(facts.key for facts in found)
        for facts in found:
            if known[facts.key] != wanted:
                self._draft.set_membership(facts, wanted)

    def _matches(self, new: Newcomer, near: Keys) -> list[tuple[int, Text]]:
        """The articles with this text, the most alike first."""
        facts, known = new.facts, self._candidates(new, near)
        if not known:
            return []
        keys = [other.key for other in known]
        texts = self._texts.read(keys)
        cosines = self._comparison.vectors(keys) @ self._comparison.vectors([facts.key])[0]
        matches = [
            (-copies.containment(new.text, texts[key]), key, texts[key])
            for key, cosine in zip(keys, cosines.tolist(), strict=True)
            if key in texts and copies.are_copies(new.text, texts[key], cosine)
        ]
        return [(key, text) for _, key, text in sorted(matches, key=lambda match: match[:2])]

    def _candidates(self, new: Newcomer, near: Keys) -> list[Facts]:
        """Articles of the same language and days that may have this text."""
        draft, facts, span_s = self._draft, new.facts, self._window_s
        keys = set(draft.with_text(facts.text_hash, CANDIDATES))
        keys |= set(
            draft.sharing_bands(new.bands, facts.when_s - span_s, facts.when_s + span_s, CANDIDATES)
        )
        keys |= set(near[:CANDIDATES].tolist())
        return [
            other
            for _, other in sorted(draft.facts(keys).items())
            if other.key != facts.key
            and other.language == facts.language
            and abs(other.when_s - facts.when_s) <= span_s
        ]

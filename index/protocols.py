"""The seams: what each part of the index promises to the others and to `search`.

Every method is possible for every backend. One contract suite per protocol, under
`tests/contract/`, runs against every implementation.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.domain import (
    Article,
    Calibration,
    Candidates,
    EncoderIdentity,
    IndexStats,
    Keys,
    Progress,
    Scores,
    StoredArticle,
    Vector,
    Vectors,
)
from index.permitted_sources import PermittedSources
from index.query import Node
from index.selection import Selection

ProgressListener = Callable[[Progress], None]


class TokenCounter(Protocol):
    """Counts tokens as an encoder's own tokenizer does."""

    @property
    def passage_budget(self) -> int:
        """Tokens that fit into one passage, special tokens and prompt already taken off."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens and never cut."""
        ...


class Encoder(TokenCounter, Protocol):
    """Text to unit vectors. Deterministic: equal texts give equal vectors, up to float rounding."""

    @property
    def identity(self) -> EncoderIdentity:
        """What must be equal for vectors to be comparable."""
        ...

    def encode_passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """`(len(texts), dim) float32`, unit rows, in the order given.

        `on_progress` is called with the number of texts done so far.
        """
        ...

    def encode_query(self, text: str) -> Vector:
        """`(dim,) float32`, unit length."""
        ...


class Reranker(Protocol):
    """Reads a query and a passage together, and says how well they fit."""

    def score(self, query: str, passages: Sequence[str]) -> Scores:
        """`(len(passages),) float32`, finite, larger is better. Raises EncoderError."""
        ...


@dataclass(frozen=True, slots=True)
class WordTerms:
    """What one word of a text is indexed as, all at one position.

    `surface` is the word folded but not stemmed (what prefix, wildcard and fuzzy search see);
    `terms` are the index terms, the whole word's own first, compound parts behind it.
    """

    surface: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """An index term that a query word stands for; the word's own has weight 1."""

    term: str
    weight: float


class Analyzer(Protocol):
    """The lexical analysis of one language.

    A word's position is its number in `split(text)`. `terms` and `query_terms` are pure functions
    of one word, so callers may remember their answers.
    """

    @property
    def language(self) -> str:
        """BCP 47 primary subtag."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the terms of any text would; stands in the manifest."""
        ...

    def split(self, text: str) -> list[str]:
        """The words of an NFC text in order, as they stand in it (CJK: overlapping bigrams)."""
        ...

    def runs(self, text: str) -> list[str]:
        """What stands between the white space of a text, in order. No word reaches over two runs,
        and each has the words that it has alone."""
        ...

    def holding(self, runs: set[str], terms: Iterable[str]) -> set[str]:
        """Those of some runs that hold a word with one of the terms."""
        ...

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where each word of `split(text)` stands: code point offsets, same order and number."""
        ...

    def terms(self, word: str) -> WordTerms:
        """What one word from `split` is indexed as."""
        ...

    def query_terms(self, word: str) -> tuple[WeightedTerm, ...]:
        """What one word from `split` of a query looks for; never empty."""
        ...

    def fold(self, text: str) -> str:
        """Case and diacritics folded as in `WordTerms.surface`; keeps `*` and `?`."""
        ...

    def is_stop_word(self, word: str) -> bool:
        """Whether a bare query word carries no meaning beside others. Never used in indexing."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the archive: `stored` was put, or with None `article_id` is gone."""

    revision: int
    article_id: str
    stored: StoredArticle | None


class Articles(Protocol):
    """Articles by revision."""

    def revisions(self, revisions: Iterable[int]) -> dict[int, StoredArticle]:
        """Articles by revision; those deleted, withheld or cancelled since are missing.

        This is what takes an article out of all results at once, those of old snapshots too.
        """
        ...


class Archive(Articles, Protocol):
    """The system of record. An article is durable once `put` has returned."""

    def put(self, articles: Sequence[Article]) -> list["PutOutcome"]:
        """Add or replace articles in one transaction; one outcome each, in order.

        An article whose content hash is that of its current revision is left alone, and so is an
        older version of it (by `version`, else by `updated`).
        """
        ...

    def delete(self, article_ids: Sequence[str]) -> list[str]:
        """Remove articles and the text of all their revisions; returns the ids that existed."""
        ...

    def get(self, article_id: str) -> StoredArticle:
        """The current revision. Raises ArticleNotFound."""
        ...

    def changes(self, after: int, limit: int) -> list[Change]:
        """The net changes after revision `after`, by ascending revision: one per article.

        An article that is withheld or cancelled is gone here; its history keeps it.
        """
        ...

    def history(self, article_id: str) -> list[Change]:
        """Every revision of an article, oldest first, with its text unless it was deleted.

        Raises ArticleNotFound for an id that never was.
        """
        ...

    def count(self, after: int = 0) -> int:
        """How many net changes `changes` would give from `after` on, without limit."""
        ...

    def last_revision(self) -> int:
        """The revision of the newest change; 0 for an empty archive."""
        ...


@dataclass(frozen=True, slots=True)
class PutOutcome:
    """What `put` did with one article: `status` is "added", "updated", "unchanged", or "outdated".

    An outdated article is an older version of what the archive has, and was not taken.
    """

    article_id: str
    revision: int
    status: str


class Snapshot(Protocol):
    """One manifest, opened; immutable. Articles go by key (their archive revision).

    Filters (`restriction`) apply before top-k, never after. Candidates: at most k, no padding, no
    duplicates, by score descending, then key ascending.
    """

    @property
    def id(self) -> str:
        """Names this snapshot; changes with every commit."""
        ...

    @property
    def hides_some(self) -> bool:
        """Whether it leaves out live articles, as far as that is known: `released`, `limited`."""
        ...

    @property
    def encoder(self) -> EncoderIdentity:
        """The encoder whose vectors these are."""
        ...

    @property
    def calibration(self) -> Calibration:
        """The fusion weights that were learnt for it."""
        ...

    def stats(self) -> IndexStats:
        """Counts and sizes."""
        ...

    def released(self, at_s: int) -> "Snapshot":
        """This snapshot without the articles that are under embargo at an instant.

        Nothing that it says lets them be known, statistics included. What answers people goes
        through it.
        """
        ...

    def limited(self, sources: PermittedSources) -> "Snapshot":
        """This snapshot without the articles of other sources, in the same way.

        What answers a key that is limited to sources goes through it.
        """
        ...

    def match(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k best articles that match `node` (and `restriction`, which does not score)."""
        ...

    def newest(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k newest articles that match, by date descending, then key; undated ones last.

        All scores are 0: this is for queries that only filter.
        """
        ...

    def nearest(self, vector: Vector, k: int, restriction: Node | None = None) -> Candidates:
        """The k articles whose best chunk is nearest to `vector`; scores are cosines."""
        ...

    def select(self, what: Node | Keys) -> Selection:
        """The articles that match a query, or those of some keys, to be counted."""
        ...

    def score_words(self, node: Node, keys: Keys) -> Scores:
        """Each article's score for `node` as in `match`; 0 where it does not match."""
        ...

    def score_meaning(self, vector: Vector, keys: Keys) -> Scores:
        """Each article's best chunk's exact cosine to `vector`."""
        ...

    def best_chunks(self, vector: Vector, keys: Keys) -> list[tuple[int, int]]:
        """Each article's chunk nearest to `vector`: its offsets (start, end) in the text."""
        ...

    def article_vectors(self, keys: Keys) -> Vectors:
        """Each article's mean chunk vector, scaled to length 1; zeros for unknown keys."""
        ...

    def sample_keys(self, language: str, k: int, seed: int) -> Keys:
        """Up to k keys of articles in a language, drawn without replacement; ascending."""
        ...

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """`(n,) bool`: which of some keys are articles of this snapshot.

        What asks for one that is not, whatever it asks, gets what an unknown key gets.
        """
        ...

    def languages(self, keys: Keys) -> list[str]:
        """Each article's language."""
        ...

    def article_ids(self, keys: Keys) -> list[str]:
        """Each article's id."""
        ...

    def explain(self, node: Node, key: int) -> Sequence["TermEvidence"]:
        """How an article's lexical score comes about, term by term; the scores add up to it."""
        ...

    def score_unindexed(self, node: Node, articles: Sequence[Article]) -> Scores:
        """What articles that are not indexed would score for `node`, by this snapshot's statistics.

        0 where they do not match, or where no article of their language is indexed.
        """
        ...

    def matching_words(self, node: Node, language: str, text: str) -> list["WordSpan"]:
        """The words of a text in `language` that `node` asks for, in order; excluded ones never."""
        ...

    def analyzer(self, language: str) -> Analyzer:
        """The analysis that articles of this language were indexed with."""
        ...

    def completions(self, prefix: str, k: int, beside: Node | None = None) -> list["WordForm"]:
        """Up to k words that begin with `prefix`, folded, by the number of articles.

        With `beside`, only articles that match it count, and words without any are left out.
        """
        ...

    def similar_words(self, word: str, max_edits: int, least: int) -> list["WordForm"]:
        """Words within `max_edits` (optimal string alignment) that occur `least` times or more.

        Forms of the same term are left out; the order is by the number of articles.
        """
        ...

    def word_frequency(self, word: str) -> int:
        """Articles, of all languages, that hold a word of a query or a part of it."""
        ...


@dataclass(frozen=True, slots=True)
class WordForm:
    """A word as it is mostly written in articles of a language, and in how many of them.

    An article counts that holds any form of its term.
    """

    text: str
    language: str
    articles: int


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A word at `text[start:end]` that matches index term `term`; `weight` tells its worth."""

    start: int
    end: int
    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class TermEvidence:
    """One term's share of an article's lexical score."""

    label: str
    field: str
    frequency: float
    document_frequency: int
    idf: float
    score: float


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article ready for a segment: its chunks and their vectors, `(len(chunks), dim)`."""

    stored: StoredArticle
    chunks: tuple[tuple[int, int], ...]
    vectors: Vectors


class IndexWriter(Protocol):
    """The one writer of an index. Everything before `commit` is invisible and may be lost."""

    @property
    def archive_revision(self) -> int:
        """The archive revision up to which the current snapshot is complete."""
        ...

    def commit(
        self,
        articles: Sequence[IndexedArticle],
        removed: Iterable[str],
        archive_revision: int,
    ) -> str:
        """Make `articles` searchable, take out older versions and `removed` ids; atomically.

        Returns the new snapshot's id.
        """
        ...

    def set_calibration(self, calibration: Calibration) -> str:
        """Store new fusion weights; returns the new snapshot's id."""
        ...

    def merge(self, added: int = 0) -> bool:
        """Do one step of tidying that makes later searches cheaper; False where none is due.

        More is due at the end of a run that `added` so many articles.
        """
        ...


class RebuildWriter(IndexWriter, Protocol):
    """Writes an index that is to replace another, which may be written meanwhile."""

    def exclude_others(self) -> None:
        """Wait for the other index's writer, and let none begin before that index is replaced."""
        ...


class IndexStore(Protocol):
    """An index as a place: opens snapshots and lends out its one writer."""

    def snapshot(self) -> Snapshot:
        """The newest snapshot. Raises IndexMissing, IndexCorrupt."""
        ...

    def pinned(self, snapshot_id: str) -> Snapshot:
        """A snapshot by id, while it is kept. Raises SnapshotGone."""
        ...

    def writer(self, encoder: EncoderIdentity) -> AbstractContextManager[IndexWriter]:
        """The writer. Raises IndexLocked (naming the holder) at once, or EncoderMismatch."""
        ...

    def rebuild(
        self, encoder: EncoderIdentity, pause: Callable[[float], object] = ...
    ) -> AbstractContextManager[RebuildWriter]:
        """A writer to a fresh, hidden index that replaces this one when the block ends well.

        Readers, and the writer of this index, go on meanwhile. For the end the writer is waited
        for with `pause` (seconds), which may raise to give up. An exception leaves the old index as
        it was. Raises IndexLocked at once while another rebuild is under way.
        """
        ...

    def abandon_rebuild(self) -> None:
        """Forget a rebuild that was interrupted. Raises IndexLocked while one is under way."""
        ...

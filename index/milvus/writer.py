"""The one writer of a generation: rows, then the ledger, whose transaction is the commit.

No manifest shows rows of keys beyond the committed revision; a new writer removes those that an
interrupted one left there. Rows that are no longer current stay for a while, for the snapshots that
still show them, and are then removed.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from index.domain import Calibration
from index.ledger import manifests
from index.ledger.manifest import ServerManifest
from index.ledger.manifests import CURRENT, Manifests
from index.ledger.sql import Sql
from index.ledger.sql import batches as in_batches
from index.ledger.words import Words
from index.lexical.bm25 import Bm25Parameters
from index.milvus import collections, rows
from index.milvus.collection import Collection
from index.milvus.connection import CALL_TIMEOUT_S, Connection
from index.milvus.expressions import both, one_of
from index.milvus.rows import InvertedArticles
from index.protocols import AnalyzerFor, IndexedArticle
from index.segment.language_totals import LanguageTotals

ROWS_OF_A_CALL = 500
"""About 4 MB; servers accept 64."""

IDS_OF_A_CALL = 500

KEEP_SNAPSHOTS_S = 600.0
"""How long a replaced snapshot can still be opened."""

MOST_DEAD = 5_000
"""Dead keys that conditions may list; with more, the oldest snapshots are dropped."""


@dataclass(frozen=True, slots=True)
class IndexLocation:
    """The place of an index: its server, its ledger, and the prefix of its collections' names."""

    connection: Connection
    sql: Sql
    prefix: str
    analyzer_for: AnalyzerFor
    parameters: Bm25Parameters


@dataclass(frozen=True, slots=True)
class _Removed:
    keys: list[int]
    totals: dict[str, LanguageTotals]
    frequencies: dict[int, list[int]]
    chunks: int


class MilvusWriter:
    """`index.protocols.IndexWriter`. Its commits replace the manifest at `pointer`."""

    def __init__(
        self, place: IndexLocation, manifest: ServerManifest, pointer: str = CURRENT
    ) -> None:
        self._place = place
        self._manifest = manifest
        self._pointer = pointer
        self._words = Words(place.sql, manifest.generation)
        self._name = collections.name_of(place.prefix, manifest.generation)
        self._collection = Collection(place.connection, self._name)
        if manifest.number == 0:
            collections.create(place.connection, self._name, manifest.encoder.dimension)
        else:
            self._remove(f"key > {manifest.archive_revision}")

    @property
    def manifest(self) -> ServerManifest:
        """The newest state that this writer committed or started from."""
        return self._manifest

    @property
    def archive_revision(self) -> int:
        """The archive revision up to which the newest state is complete."""
        return self._manifest.archive_revision

    def commit(
        self, articles: Sequence[IndexedArticle], removed: Iterable[str], archive_revision: int
    ) -> str:
        """Make `articles` searchable and remove older versions and `removed` ids, atomically."""
        batches = rows.invert(articles, self._place.analyzer_for)
        means = dict(self._manifest.mean_lengths)
        for batch in batches:
            means.setdefault(batch.language, self._mean_length(batch))
        numbers = {
            batch.language: self._words.number(batch.language, batch.terms) for batch in batches
        }
        written = self._write(batches, numbers, means)
        replaced = [indexed.stored.article.id for indexed in articles]
        gone = self._shown({*replaced, *removed})
        frequencies = _added(batches, numbers)
        for term, change in gone.frequencies.items():
            known = frequencies.setdefault(term, [0, 0, 0])
            frequencies[term] = [a - b for a, b in zip(known, change, strict=True)]
        manifest = replace(
            self._manifest,
            archive_revision=archive_revision,
            analyzers={
                **self._manifest.analyzers,
                **{b.language: self._place.analyzer_for(b.language).version for b in batches},
            },
            totals=_summed(
                self._manifest.totals, {b.language: b.totals() for b in batches}, gone.totals
            ),
            mean_lengths=means,
            chunks=self._manifest.chunks + written - gone.chunks,
        )
        with self._place.sql.writing() as statements:
            self._words.change(statements, frequencies)
            for batch in batches:
                forms = batch.forms(numbers[batch.language])
                self._words.add_forms(statements, batch.language, forms)
            self._manifest = manifests.commit(
                statements, self._pointer, manifest, self._manifest.number, gone.keys
            )
        return str(self._manifest.number)

    def _mean_length(self, batch: InvertedArticles) -> float:
        totals = batch.totals()
        weighted = totals.title_length * self._place.parameters.title_weight + totals.body_length
        return weighted / max(1, totals.articles)

    def _write(
        self,
        batches: Sequence[InvertedArticles],
        numbers: dict[str, dict[str, int]],
        means: dict[str, float],
    ) -> int:
        """Write the rows of articles and wait until visible; returns the number of chunks."""
        made = chain.from_iterable(
            self._rows(batch, numbers[batch.language], means[batch.language]) for batch in batches
        )
        chunks, keys = 0, []
        for some in in_batches(made, ROWS_OF_A_CALL):
            self._upsert(some)
            chunks += sum(row["has_vector"] for row in some)
            keys += [row["key"] for row in some]
        if keys:
            self._wait_until_seen(keys[-1])
        return chunks

    def _wait_until_seen(self, key: int) -> None:
        """Read with strong consistency, after which every reader sees all writes."""
        self._place.connection.call(
            lambda client: client.query(
                self._name,
                filter=f"key == {key}",
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=CALL_TIMEOUT_S,
            ),
            self._name,
        )

    def _upsert(self, data: list[dict[str, Any]]) -> None:
        self._place.connection.call(
            lambda client: client.upsert(self._name, data, timeout=CALL_TIMEOUT_S),
            self._name,
        )

    def _rows(
        self, batch: InvertedArticles, numbers: dict[str, int], mean_length: float
    ) -> Iterator[dict[str, Any]]:
        parameters = self._place.parameters
        for at, (indexed, terms) in enumerate(
            zip(
                batch.articles,
                rows.article_terms(batch, numbers, mean_length, parameters),
                strict=True,
            )
        ):
            lengths = (
                int(batch.inverted.title_lengths[at]),
                int(batch.inverted.body_lengths[at]),
            )
            yield from rows.rows_of(indexed, terms, lengths, self._manifest.encoder.dimension)

    def _shown(self, article_ids: set[str]) -> _Removed:
        """What the current state shows of the given articles, and what removing them subtracts."""
        dead = set(Manifests(self._place.sql).dead_keys(self._manifest))
        found = _Removed([], {}, {}, 0)
        chunks = 0
        fields = [
            "lang", "title_length", "body_length", "title_terms", "title_only_terms",
            *collections.term_fields(),
        ]  # fmt: skip
        for some in in_batches(sorted(article_ids), IDS_OF_A_CALL):
            where = both(f"key <= {self._manifest.archive_revision}", one_of("article_id", some))
            for row in self._collection.articles(where, fields):
                if row["key"] not in dead:
                    _take_out(found, row)
        if found.keys:
            chunks = sum(
                self._collection.count(both("has_vector == 1", one_of("key", some)))
                for some in in_batches(found.keys, IDS_OF_A_CALL)
            )
        return replace(found, chunks=chunks)

    def set_calibration(self, calibration: Calibration) -> str:
        """Store new fusion weights; returns the new snapshot's id."""
        return self._restate(replace(self._manifest, calibration=calibration))

    def rename_encoder(self, name: str) -> str:
        """Record the same encoder under another name; returns the new snapshot's id."""
        encoder = replace(self._manifest.encoder, name=name)
        return self._restate(replace(self._manifest, encoder=encoder))

    def _restate(self, manifest: ServerManifest) -> str:
        """Commit a manifest that shows the same articles."""
        with self._place.sql.writing() as statements:
            self._manifest = manifests.commit(
                statements, self._pointer, manifest, self._manifest.number
            )
        return str(self._manifest.number)

    def merge(self, added: int = 0) -> bool:
        """Remove rows that only expired snapshots show; always False, as this is one step.

        The server merges its segments itself.
        """
        known = Manifests(self._place.sql)
        dead = known.dead_keys(self._manifest)
        keep_s = 0.0 if len(dead) > MOST_DEAD else KEEP_SNAPSHOTS_S
        expired = known.expired(time.time() - keep_s)
        if not expired:
            return False
        numbers = {manifest.number for manifest in expired}
        self._remove_dead(min(known.numbers_of(self._manifest.generation) - numbers))
        for generation in {manifest.generation for manifest in expired}:
            if generation != self._manifest.generation:
                self._drop_if_unused(known, generation, numbers)
        known.forget(numbers)
        return False

    def _remove_dead(self, oldest: int) -> None:
        """Remove the rows that no manifest from `oldest` on shows."""
        with self._place.sql.reading() as statements:
            keys = [
                int(row[0])
                for row in statements.rows(
                    "SELECT key FROM ledger_dead WHERE generation = ? AND number <= ?",
                    (self._manifest.generation, oldest),
                )
            ]
        if not keys:
            return
        for some in in_batches(keys, IDS_OF_A_CALL):
            self._remove(one_of("key", some))
        # Manifests may stop listing the rows only once no reader sees them any more.
        self._wait_until_seen(keys[-1])
        with self._place.sql.writing() as statements:
            statements.many(
                "DELETE FROM ledger_dead WHERE generation = ? AND key = ?",
                [(self._manifest.generation, key) for key in keys],
            )

    def _drop_if_unused(self, known: Manifests, generation: int, expired: set[int]) -> None:
        if known.numbers_of(generation) <= expired:
            name = collections.name_of(self._place.prefix, generation)
            self._place.connection.call(lambda client: client.drop_collection(name))
            Words(self._place.sql, generation).forget()

    def _remove(self, where: str) -> None:
        self._place.connection.call(
            lambda client: client.delete(self._name, filter=where, timeout=CALL_TIMEOUT_S),
            self._name,
        )


def _added(
    batches: Sequence[InvertedArticles], numbers: dict[str, dict[str, int]]
) -> dict[int, list[int]]:
    """By term number: how many more articles contain it anywhere, in the title, in the body."""
    added: dict[int, list[int]] = {}
    for batch in batches:
        table = batch.inverted.postings
        bounds = table.posting_offsets.tolist()
        for at, term in enumerate(batch.terms):
            pairs = slice(bounds[at], bounds[at + 1])
            added[numbers[batch.language][term]] = [
                bounds[at + 1] - bounds[at],
                int((table.title_counts[pairs] > 0).sum()),
                int((table.body_counts[pairs] > 0).sum()),
            ]
    return added


def _take_out(removed: _Removed, row: Any) -> None:
    removed.keys.append(int(row["key"]))
    language = str(row["lang"])
    known = removed.totals.get(language, LanguageTotals(0, 0, 0))
    removed.totals[language] = LanguageTotals(
        known.articles + 1,
        known.title_length + row["title_length"],
        known.body_length + row["body_length"],
    )
    in_title, only = set(row["title_terms"]), set(row["title_only_terms"])
    for term in chain.from_iterable(row[field] for field in collections.term_fields()):
        counts = removed.frequencies.setdefault(int(term), [0, 0, 0])
        counts[0] += 1
        counts[1] += term in in_title
        counts[2] += term not in only


def _summed(
    before: Any, added: dict[str, LanguageTotals], removed: dict[str, LanguageTotals]
) -> dict[str, LanguageTotals]:
    nothing = LanguageTotals(0, 0, 0)
    return {
        language: LanguageTotals(
            *(
                getattr(before.get(language, nothing), name)
                + getattr(added.get(language, nothing), name)
                - getattr(removed.get(language, nothing), name)
                for name in ("articles", "title_length", "body_length")
            )
        )
        for language in sorted({*before, *added, *removed})
    }

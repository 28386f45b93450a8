"""`MilvusStore`: an index on a Milvus server.

A generation is one collection, used from one rebuild to the next; `PREFIX_live` is an alias of the
current one, for other tools. The ledger records which states exist and which is committed.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from index.domain import EncoderIdentity
from index.errors import EncoderMismatch, IndexMissing, SnapshotGone, StoreError
from index.ledger import manifest as states
from index.ledger.leases import lease
from index.ledger.manifest import ServerManifest
from index.ledger.manifests import CURRENT, Manifests
from index.ledger.words import Words
from index.milvus import collections
from index.milvus import rebuild as rebuilds
from index.milvus.collection import Collection
from index.milvus.rebuild import WRITER_LEASE, MilvusRebuild
from index.milvus.snapshot import MilvusSnapshot
from index.milvus.statistics import OpenedManifest
from index.milvus.texts import TextsOf
from index.milvus.view import View
from index.milvus.writer import IndexLocation, MilvusWriter
from index.runtime.lock_wait import Pause


class MilvusStore:
    """`index.protocols.IndexStore` on a Milvus server. Thread-safe."""

    def __init__(self, place: IndexLocation, texts_of: TextsOf) -> None:
        self._place = place
        self._texts_of = texts_of
        self._manifests = Manifests(place.sql)
        self._lock = threading.Lock()
        self._newest: MilvusSnapshot | None = None

    def snapshot(self) -> MilvusSnapshot:
        """The newest snapshot; costs one small ledger read if nothing was committed since."""
        with self._lock:
            number = self._manifests.current_number()
            if self._newest is not None and self._newest.manifest.number == number:
                return self._newest
            manifest = self._manifests.at(CURRENT)
            if manifest is None:
                raise IndexMissing("there is no index yet; create one with 'newsearch index PATH'")
            self._newest = self._open(manifest)
            return self._newest

    def pinned(self, snapshot_id: str) -> MilvusSnapshot:
        """A snapshot by id, as long as it is kept. Raises SnapshotGone."""
        newest = self.snapshot()
        if newest.id == snapshot_id:
            return newest
        manifest = self._manifests.numbered(int(snapshot_id)) if snapshot_id.isdecimal() else None
        if manifest is None:
            raise SnapshotGone(
                f"the snapshot {snapshot_id} is no longer kept; start again from the first page"
            )
        return self._open(manifest)

    def _open(self, manifest: ServerManifest) -> MilvusSnapshot:
        place = self._place
        name = collections.name_of(place.prefix, manifest.generation)
        opened = OpenedManifest(
            manifest,
            Collection(place.connection, name),
            Words(place.sql, manifest.generation),
            self._texts_of,
            place.analyzer_for,
            place.parameters,
        )
        dead = tuple(self._manifests.dead_keys(manifest))
        return MilvusSnapshot(opened, View(manifest.archive_revision, dead))

    @contextmanager
    def writer(self, encoder: EncoderIdentity) -> Iterator[MilvusWriter]:
        """The writer. Raises IndexLocked (naming the holder) at once, or EncoderMismatch.

        The index records the encoder under the name it was last written with.
        """
        with lease(self._place.sql, WRITER_LEASE):
            manifest = self._manifests.at(CURRENT)
            if manifest is None:
                manifest = states.empty(self._manifests.next_generation(), encoder)
            else:
                self._check(manifest, encoder)
            writer = MilvusWriter(self._place, manifest)
            if manifest.encoder.name != encoder.name:
                writer.rename_encoder(encoder.name)
            yield writer
            if manifest.number == 0 and writer.manifest.number:
                rebuilds.point_alias(self._place, writer.manifest)

    def _check(self, manifest: ServerManifest, encoder: EncoderIdentity) -> None:
        if manifest.encoder != encoder:
            raise EncoderMismatch(
                f"the index was built with the encoder {manifest.encoder.name} "
                f"(revision {manifest.encoder.revision}), not {encoder.name} "
                f"(revision {encoder.revision}); 'newsearch reindex --encoder {encoder.name}' "
                "rebuilds it"
            )
        for language, version in manifest.analyzers.items():
            present = self._place.analyzer_for(language).version
            if present != version:
                raise StoreError(
                    f"the index was built with the analysis {version}, and this version of "
                    f"newsearch has {present}; 'newsearch reindex' rebuilds it"
                )

    def rebuild(
        self, encoder: EncoderIdentity, pause: Pause = time.sleep
    ) -> AbstractContextManager[MilvusRebuild]:
        """A writer to a fresh, hidden generation that becomes the current one at the end.

        An interrupted rebuild is resumed if the encoder and analysis are still the same. Readers
        and the writer of the current generation continue meanwhile, except at the beginning and the
        end. An exception leaves the old index unchanged. Raises IndexLocked while another rebuild
        is in progress.
        """
        return rebuilds.rebuilding(self._place, encoder, pause)

    def abandon_rebuild(self) -> None:
        """Discard an interrupted rebuild. Raises IndexLocked while one is in progress."""
        rebuilds.abandon(self._place)

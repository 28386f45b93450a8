"""A rebuild on a Milvus server: a new generation, which becomes the current one at the end."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from index.domain import EncoderIdentity
from index.ledger import manifest as states
from index.ledger import manifests
from index.ledger.leases import lease
from index.ledger.manifest import ServerManifest
from index.ledger.manifests import CURRENT, REBUILD, Manifests
from index.ledger.sql import Sql
from index.milvus import collections
from index.milvus.writer import IndexLocation, MilvusWriter
from index.runtime.lock_wait import Pause, wait_for_lock

WRITER_LEASE, REBUILD_LEASE = "writer", "rebuild"
LOCKED_RETRY_S = 0.5


class MilvusRebuild(MilvusWriter):
    """`index.protocols.RebuildWriter`; used while the rebuild lease is held.

    `held` owns the writer's lease once others are excluded.
    """

    def __init__(
        self, place: IndexLocation, manifest: ServerManifest, pause: Pause, held: ExitStack
    ) -> None:
        super().__init__(place, manifest, REBUILD)
        self._pause = pause
        self._held = held
        self._excludes_others = False
        if manifest.number == 0:
            self.commit([], [], 0)  # from now on, no other generation can get this number

    def exclude_others(self) -> None:
        """Wait for the index's writer; let none start before this is published."""
        if not self._excludes_others:
            self._held.enter_context(_writer_lease(self._place.sql, self._pause))
            self._excludes_others = True

    def merge(self, added: int = 0) -> bool:
        """Do nothing: the index's own writer removes rows that only expired snapshots show."""
        return False

    def publish(self) -> None:
        """Replace the index by the rebuild, keeping the weights if they are still valid."""
        self.exclude_others()
        present = Manifests(self._place.sql).at(CURRENT)
        if present is not None and present.encoder == self.manifest.encoder:
            self.set_calibration(present.calibration)
        with self._place.sql.writing() as statements:
            manifests.point(statements, CURRENT, self.manifest.number)
            manifests.point(statements, REBUILD, None)
            statements.rows(
                "UPDATE ledger_manifests SET replaced_at_s = NULL WHERE number = ?",
                (self.manifest.number,),
            )
        point_alias(self._place, self.manifest)


@contextmanager
def rebuilding(
    place: IndexLocation, encoder: EncoderIdentity, pause: Pause
) -> Iterator[MilvusRebuild]:
    """Implements `index.protocols.IndexStore.rebuild`."""
    with lease(place.sql, REBUILD_LEASE), ExitStack() as held:
        with _writer_lease(place.sql, pause):  # a first writer and a rebuild count generations too
            rebuild = MilvusRebuild(place, _begun(place, encoder), pause, held)
        yield rebuild
        rebuild.publish()


def abandon(place: IndexLocation) -> None:
    """Discard an interrupted rebuild. Raises IndexLocked while one is in progress."""
    with lease(place.sql, REBUILD_LEASE):
        _forget(place.sql)


def point_alias(place: IndexLocation, manifest: ServerManifest) -> None:
    """Point the alias for other tools at the collection of a manifest."""
    alias = f"{place.prefix}_live"
    name = collections.name_of(place.prefix, manifest.generation)

    def point(client: Any) -> None:
        known = client.list_aliases().get("aliases", [])
        change = client.alter_alias if alias in known else client.create_alias
        change(name, alias)

    place.connection.call(point)


def _begun(place: IndexLocation, encoder: EncoderIdentity) -> ServerManifest:
    """Where an interrupted rebuild of the same kind stopped; otherwise the start of a new one."""
    known = Manifests(place.sql)
    manifest = known.at(REBUILD)
    if manifest is not None and manifest.encoder == encoder and _has_same_analysis(place, manifest):
        return manifest
    _forget(place.sql)
    return states.empty(known.next_generation(), encoder)


def _has_same_analysis(place: IndexLocation, manifest: ServerManifest) -> bool:
    return all(
        place.analyzer_for(language).version == version
        for language, version in manifest.analyzers.items()
    )


def _forget(sql: Sql) -> None:
    with sql.writing() as statements:
        manifests.point(statements, REBUILD, None)


def _writer_lease(sql: Sql, pause: Pause) -> AbstractContextManager[None]:
    """The writer's lease, as soon as it is free."""
    return wait_for_lock(lambda: lease(sql, WRITER_LEASE), pause, LOCKED_RETRY_S)

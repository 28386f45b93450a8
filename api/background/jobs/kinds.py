"""The work for each kind of job."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from api.background.jobs import spool
from api.background.jobs.importing import Import
from api.background.jobs.rebuilding import Reindex
from api.background.jobs.runner import JobRunner, JobRunners
from api.stores.jobs import JobKind, JobStore

if TYPE_CHECKING:
    from api.service.service import Service


def job_runners(service: "Service", wake: Callable[[], object]) -> JobRunners:
    """Return the runners of a server; `wake` tells the indexer that there is something to do.

    There is one per kind of job, so that no import waits for a rebuild, which may take hours.
    """
    folder = service.settings.jobs_folder

    def store() -> JobStore:
        return service.jobs

    def sweep() -> None:
        kept = {job.checkpoint.get("body") for job in service.jobs.all() if not job.is_final}
        spool.clear(folder, kept)

    rebuilds = {JobKind.REINDEX: Reindex(service.upkeep, service.store.abandon_rebuild)}
    imports = {JobKind.IMPORT: Import(service.ingest, service.upkeep, folder, wake)}
    return JobRunners((JobRunner(store, rebuilds), JobRunner(store, imports, sweep)))

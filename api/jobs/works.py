"""Which work does which kind of job."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from api.jobs import spool
from api.jobs.importing import Import
from api.jobs.rebuilding import Reindex
from api.jobs.runner import JobRunner, Work
from api.jobs.store import JobKind, JobStore

if TYPE_CHECKING:
    from api.service import Service


def job_runner(service: "Service", wake: Callable[[], object]) -> JobRunner:
    """The runner of a server; `wake` tells the indexer that there is something to do."""
    folder = service.settings.jobs_folder
    works: dict[JobKind, Work] = {
        JobKind.REINDEX: Reindex(service, service.store.abandon_rebuild),
        JobKind.IMPORT: Import(service, folder, wake),
    }

    def store() -> JobStore:
        return service.jobs

    def sweep() -> None:
        kept = {job.checkpoint.get("body") for job in service.jobs.all() if not job.is_final}
        spool.clear(folder, kept)

    return JobRunner(store, works, sweep)

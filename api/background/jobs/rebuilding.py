"""The job `reindex`: rebuild the index from the archive while the old one is in use."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from api.background.jobs.runner import Control
from api.stores.jobs import Job
from index.build.pipeline import SyncReport
from index.errors import IndexLocked
from index.protocols import ProgressListener

LOCKED_RETRY_S = 0.5


class Rebuildable(Protocol):
    """What rebuilding needs of a service."""

    def reindex(
        self,
        on_progress: ProgressListener | None = None,
        pause: Callable[[float], object] = ...,
        give_way: Callable[[], object] = ...,
    ) -> SyncReport:
        """Rebuild, continuing where an interrupted run stopped. Raises IndexLocked."""
        ...

    def give_way_to_news(self, pause: Callable[[float], object]) -> None:
        """Wait a moment if articles are waiting to be indexed."""
        ...


class Reindex:
    """A `Work`. An interrupted run continues where it stopped, because the index remembers it."""

    def __init__(self, service: Rebuildable, abandon: Callable[[], object]) -> None:
        self._service = service
        self._abandon = abandon

    def run(self, job: Job, control: Control) -> Mapping[str, Any]:
        """Rebuild once any other rebuild has finished; new articles come first."""

        def give_way() -> None:
            self._service.give_way_to_news(control.wait)

        while True:
            try:
                report = self._service.reindex(control.tell, control.wait, give_way)
            except IndexLocked:
                control.wait(LOCKED_RETRY_S)
            else:
                return {"indexed": report.indexed, "snapshot": report.snapshot}

    def clean_up(self, job: Job) -> None:
        """Discard the work of a cancelled rebuild."""
        self._abandon()

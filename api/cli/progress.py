"""Progress of long work on stderr: a bar with rate and time left on a terminal.

If stderr is not a terminal, a plain line now and then.
"""

import sys
import time
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text

from api.cli.console import message_console, tell
from index.domain import Progress

LINE_EVERY_S = 10.0


class RateColumn(ProgressColumn):
    """Return steps per second."""

    def render(self, task: Task) -> Text:
        """Return the rate as text, once it is known."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


class ProgressView:
    """Shows `Progress`; `listen` is an `index.protocols.ProgressListener`."""

    def __init__(self) -> None:
        self._bars = _bars() if sys.stderr.isatty() else None
        self._tasks: dict[str, TaskID] = {}
        self._told_at_s = time.monotonic()

    def __enter__(self) -> Self:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars:
            self._bars.stop()

    def listen(self, progress: Progress) -> None:
        """Show one step."""
        if self._bars:
            self._show(self._bars, progress)
        elif time.monotonic() - self._told_at_s >= LINE_EVERY_S:
            self._told_at_s = time.monotonic()
            of_total = f" of {progress.total:,}" if progress.total else ""
            tell(f"{progress.phase}: {progress.done:,}{of_total}")

    def _show(self, bars: Bars, progress: Progress) -> None:
        if progress.phase not in self._tasks:
            for task in self._tasks.values():
                bars.stop_task(task)
            self._tasks[progress.phase] = bars.add_task(progress.phase, total=progress.total)
        task = self._tasks[progress.phase]
        bars.update(task, completed=progress.done, total=progress.total)


def _bars() -> Bars:
    return Bars(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeRemainingColumn(),
        console=message_console(),
    )

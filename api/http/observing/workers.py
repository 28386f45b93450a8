"""The metrics of all workers of a server, whichever of them is asked.

prometheus_client keeps the counters of each process in files and adds them up; those of dead
workers stay counted. How busy the workers are, and what their processes take, is added up over
those alive.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from api.http.admission.queue import RequestQueue

_STARTED = "process_start_time_seconds"


class WorkersLoad:
    """Notes how busy this worker is. `folder` is shared by all of them."""

    def __init__(
        self, queues: Sequence[RequestQueue], folder: Path, registry: CollectorRegistry
    ) -> None:
        self._queues = queues
        self._folder = folder
        self._refused_before = dict.fromkeys((queue.name for queue in queues), 0)
        self._working, self._waiting = (
            Gauge(name, meaning, ["lane"], registry=registry, multiprocess_mode="livesum")
            for name, meaning in (
                ("newsearch_working", "Requests in progress."),
                ("newsearch_waiting", "Requests in the queue."),
            )
        )
        self._refused = Counter(
            "newsearch_refused",
            "Requests refused because the queue was full.",
            ["lane"],
            registry=registry,
        )

    def note(self) -> None:
        """Record how busy this worker is now."""
        for queue in self._queues:
            self._working.labels(queue.name).set(queue.working)
            self._waiting.labels(queue.name).set(queue.waiting)
            refused = queue.refused
            self._refused.labels(queue.name).inc(refused - self._refused_before[queue.name])
            self._refused_before[queue.name] = refused

    def of_all(self, state: Collector) -> CollectorRegistry:
        """Return what all workers count, with the state that they share."""
        self.note()
        for pid in _pids(self._folder):
            if not _is_alive(pid):
                mark_process_dead(pid, str(self._folder))  # type: ignore[no-untyped-call]
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call]
        registry.register(state)
        registry.register(_Processes(self._folder))
        return registry


class _Processes(Collector):
    """What the worker processes take together; the start is that of the oldest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def describe(self) -> Iterator[Metric]:
        """Return nothing; otherwise the registry would collect once to learn the names."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the process metrics summed over the workers alive."""
        families: dict[str, list[Metric]] = {}
        for pid in filter(_is_alive, _pids(self._folder)):
            for family in _of_process(pid):
                families.setdefault(family.name, []).append(family)
        for name, each in families.items():
            values = [family.samples[0].value for family in each]
            whole = Metric(name, each[0].documentation, each[0].type)
            sample = each[0].samples[0]
            value = min(values) if name == _STARTED else sum(values)
            whole.add_sample(sample.name, sample.labels, value)
            yield whole


def _of_process(pid: int) -> list[Metric]:
    collector = ProcessCollector(pid=lambda: pid, registry=CollectorRegistry())
    return [family for family in collector.collect() if family.samples]


def _pids(folder: Path) -> list[int]:
    """The workers that have counted anything, by the names of their files."""
    return sorted({int(path.stem.rsplit("_", 1)[1]) for path in folder.glob("*_*.db")})


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

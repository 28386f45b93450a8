"""A clock that a test puts forward, so that time passes when the test says so."""

import time
from types import ModuleType

import pytest


class Clock:
    """Stands in for the module `time`: the real time, and as much more as it was put forward."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def forward(self, seconds: float) -> None:
        self.ahead_s += seconds

    def time(self) -> float:
        return time.time() + self.ahead_s

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead_s


def clock_of(monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> Clock:
    """The clock that these modules look at from now on; they import `time` as a module."""
    clock = Clock()
    for module in modules:
        monkeypatch.setattr(module, "time", clock)
    return clock

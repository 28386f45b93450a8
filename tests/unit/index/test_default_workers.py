"""How many processes a server has by default: as cores and memory allow, in containers too."""

from pathlib import Path

import pytest

from index.runtime import cores
from index.runtime.cores import default_workers

GIB = 1 << 30


@pytest.fixture
def cgroup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A container's limits on a machine of 64 cores and 256 GiB."""
    known = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 256 * GIB // 4096}
    monkeypatch.setattr(cores, "cores", lambda: 64)
    monkeypatch.setattr("os.sysconf", known.__getitem__)
    return tmp_path


@pytest.mark.parametrize(
    ("cpu", "memory", "expected"),
    [
        ("max 100000", "max", 64),
        ("200000 100000", "max", 2),
        ("150000 100000", "max", 1),
        ("50000 100000", "max", 1),
        ("max 100000", str(9 * GIB), 4),
        ("max 100000", str(GIB), 1),
        ("400000 100000", str(64 * GIB), 4),
    ],
)
def test_limits_of_a_container(cgroup: Path, cpu: str, memory: str, expected: int) -> None:
    (cgroup / "cpu.max").write_text(f"{cpu}\n")
    (cgroup / "memory.max").write_text(f"{memory}\n")
    assert default_workers(cgroup) == expected


def test_without_a_container_the_machine_counts(
    cgroup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert default_workers(cgroup / "missing") == 64
    monkeypatch.setattr("os.sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 2_000_000}.get)
    assert default_workers(cgroup / "missing") == 3

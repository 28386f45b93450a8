"""A full disk, a folder that may not be written: a clear error, and nothing acknowledged lost."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from corpora import article
from mounts import mounted
from newsrooms import RECORDS, articles_of, service_in

from api.service.service import Service
from index.domain import Article
from index.errors import ArchiveError, IndexUnwritable, NewsearchError
from index.query import Everything
from search.request import Mode, SearchRequest

ROOT = Path(__file__).parents[2]
SUPPORT = Path(__file__).parents[1] / "support"


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """No file of this process may grow beyond this: writing more fails with EFBIG."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def articles(begin: int, count: int = 20) -> list[Article]:
    return [
        article(f"a{number}", f"ferry number{number} " + f"harbour{number} words{number} " * 60)
        for number in range(begin, begin + count)
    ]


def ids_of(service: Service) -> set[str]:
    return {stored.article.id for stored in service.archive.iterate()}


def assert_goes_on(folder: Path, acknowledged: set[str]) -> None:
    """With room again everything is there, becomes searchable, and nothing is left lying about."""
    with service_in(folder) as service:
        assert ids_of(service) == acknowledged
        assert service.maintenance.verify().damages == ()
        service.upkeep.sync()
        snapshot = service.store.snapshot()
        found = snapshot.article_ids(snapshot.match(Everything(), 10_000).keys)
        assert set(found) == acknowledged
        assert service.maintenance.verify().damages == ()
    left = [path.name for path in (folder / "index").rglob("*")]
    assert not [name for name in left if name.startswith(".making") or name.endswith(".tmp")]


@pytest.mark.parametrize("limit_bytes", [1_000, 70_000, 300_000, 600_000])
def test_files_that_cannot_grow(tmp_path: Path, limit_bytes: int) -> None:
    folder, acknowledged, errors = tmp_path / "data", set[str](), list[NewsearchError]()
    with service_in(folder) as service:
        service.archive.put(articles(0))
        service.upkeep.sync()
        acknowledged |= ids_of(service)
        waiting = articles(20, 80)
        service.archive.put(waiting)
        acknowledged |= {one.id for one in waiting}
        with files_of_at_most(limit_bytes):
            try:
                service.upkeep.sync()
            except (IndexUnwritable, ArchiveError) as error:
                errors.append(error)
            for begin in range(100, 1_300, 20):
                more = articles(begin)
                try:
                    service.archive.put(more)
                except ArchiveError as error:
                    errors.append(error)
                    break
                acknowledged |= {one.id for one in more}
            hits = service.rooms.indexed().search(SearchRequest("ferry", mode=Mode.KEYWORD)).total
            assert hits >= 20
    assert errors
    assert all("free space" in str(one) or "free some space" in str(one) for one in errors), errors
    assert_goes_on(folder, acknowledged)


def test_what_the_index_says_of_a_file_that_cannot_grow(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        service.archive.put(articles(0, 200))
        with (
            service.upkeep.writing() as writer,
            files_of_at_most(300_000),
            pytest.raises(IndexUnwritable, match=r"File too large.*free some space"),
        ):
            service.upkeep.catch_up(writer)
        assert list((tmp_path / "data" / "index" / "segments").iterdir()) == []
        assert service.upkeep.sync().indexed == 200


@pytest.mark.parametrize("order", ["articles first", "index as well"])
def test_a_full_disk(tmp_path: Path, order: str) -> None:
    acknowledged, errors = set[str](), list[NewsearchError]()
    with mounted(tmp_path / "disk", "2m") as disk:
        folder = disk.path / "data"
        with service_in(folder) as service:
            service.archive.put(articles(0))
            service.upkeep.sync()
            acknowledged |= ids_of(service)
            for begin in range(20, 4_000, 20):
                try:
                    service.archive.put(articles(begin))
                    acknowledged |= {one.id for one in articles(begin)}
                    if order == "index as well":
                        service.upkeep.sync()
                except (IndexUnwritable, ArchiveError) as error:
                    errors.append(error)
                    if len(errors) == 5:
                        break
            assert (
                service.rooms.indexed().search(SearchRequest("ferry", mode=Mode.KEYWORD)).total
                >= 20
            )
            with pytest.raises((IndexUnwritable, ArchiveError)):
                service.upkeep.sync()
        assert len(errors) == 5, "the disk became full"
        assert all("free some space" in str(one) or "free space" in str(one) for one in errors), (
            errors
        )
        disk.change("size=64m")
        assert_goes_on(folder, acknowledged)


def test_a_read_only_file_system(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
    with mounted(tmp_path / "disk", "16m") as disk:
        folder = shutil.copytree(tmp_path / "data", disk.path / "data")
        disk.change("ro")
        with service_in(folder) as service:
            assert service.rooms.indexed().search(SearchRequest("ferry")).hits
            assert service.maintenance.verify().damages == ()
            assert service.stats().articles == len(RECORDS)
            with pytest.raises(ArchiveError, match="its file system is read-only"):
                service.archive.put(articles(0))
            with pytest.raises(IndexUnwritable, match="fix its permissions"):
                service.upkeep.sync()


PROGRAM = """
import sys
from pathlib import Path
from newsrooms import articles_of, service_in
from index.errors import NewsearchError
from search.request import SearchRequest

with service_in(Path(sys.argv[1])) as service:
    for work in (
        lambda: print("found", len(service.rooms.indexed().search(SearchRequest("ferry")).hits)),
        lambda: service.archive.put(articles_of(service)[:1]),
        service.upkeep.sync,
    ):
        try:
            work()
        except NewsearchError as error:
            print(type(error).__name__, error)
"""


def test_a_folder_without_permission_to_write(tmp_path: Path) -> None:
    """Root gives up the privilege that lets it write all the same."""
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "data")]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root is held back by no permission, and there is no setpriv (util-linux)")
        command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *command]
    with service_in(tmp_path / "data") as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
    paths = [tmp_path / "data", *(tmp_path / "data").rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{SUPPORT}"},
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert done.returncode == 0, done.stderr
    searching, putting, indexing = done.stdout.splitlines()
    for line in (searching, putting):
        assert line.startswith("ArchiveError"), line
        assert "it cannot be written; check its permissions" in line
    assert indexing.startswith("IndexUnwritable"), indexing
    assert "Permission denied" in indexing

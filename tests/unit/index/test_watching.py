"""Folders kept in step: real files, changed as editors, copies and people change them."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clocks import Clock, clock_of
from newsrooms import service_in
from waiting import wait_until

from api.service.service import Service
from index.watching import Changes, Watcher
from index.watching import watcher as watching_module


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_in(tmp_path / "data") as made:
        yield made


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    (folder / "deep").mkdir(parents=True)
    return folder


def settled(watcher: Watcher) -> Changes:
    """What the watcher does once everything has settled."""
    total = Changes()

    def has_settled() -> bool:
        changes = watcher.round()
        total.files_read += changes.files_read
        total.files_gone += changes.files_gone
        total.deleted += changes.deleted
        total.failures += changes.failures
        for status, count in changes.put.items():
            total.put[status] = total.put.get(status, 0) + count
        return not changes.waiting and changes.is_idle

    wait_until(has_settled, "that everything settles")
    return total


def watching(service: Service, *paths: Path, **options: Any) -> Watcher:
    return service.ingest.watcher(list(paths), **{"deletes": True, "settled_s": 0.05, **options})


def lines(path: Path, *numbers: int) -> None:
    rows = (json.dumps({"id": f"n{n}", "text": f"Report {n}.", "lang": "en"}) for n in numbers)
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


def ids(service: Service) -> set[str]:
    return {stored.article.id for stored in service.archive.iterate()}


def test_new_changed_and_removed_files(service: Service, inbox: Path) -> None:
    watcher = watching(service, inbox)
    (inbox / "deep" / "a.txt").write_text("The ferry left.", encoding="utf-8")
    lines(inbox / "b.jsonl", 1, 2)
    assert settled(watcher).put == {"added": 3}
    assert ids(service) == {"deep/a", "n1", "n2"}, "ids are those of `newsearch index`"
    assert settled(watcher).is_idle

    (inbox / "deep" / "a.txt").write_text("The ferry came back.", encoding="utf-8")
    lines(inbox / "b.jsonl", 2, 3)
    changes = settled(watcher)
    assert (changes.files_read, changes.deleted) == (2, 1)
    assert ids(service) == {"deep/a", "n2", "n3"}
    assert service.archive.get("deep/a").article.text == "The ferry came back."

    (inbox / "b.jsonl").unlink()
    changes = settled(watcher)
    assert (changes.files_gone, changes.deleted) == (1, 2)
    assert ids(service) == {"deep/a"}


def test_without_delete_everything_stays(service: Service, inbox: Path) -> None:
    watcher = watching(service, inbox, deletes=False)
    lines(inbox / "b.jsonl", 1, 2)
    settled(watcher)
    (inbox / "b.jsonl").unlink()
    assert settled(watcher).files_gone == 1
    assert ids(service) == {"n1", "n2"}


def test_what_happened_while_nobody_watched(service: Service, inbox: Path) -> None:
    lines(inbox / "a.jsonl", 1)
    lines(inbox / "b.jsonl", 2)
    settled(watching(service, inbox))
    (inbox / "a.jsonl").unlink()
    lines(inbox / "c.jsonl", 3)
    changes = settled(watching(service, inbox))
    assert (changes.files_read, changes.files_gone) == (1, 1)
    assert ids(service) == {"n2", "n3"}


def append(path: Path, text: str, clock: Clock) -> None:
    """Write on, at the time that the clock shows."""
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
    os.utime(path, (clock.time(),) * 2)


def test_a_file_that_grows_is_read_once_it_rests(
    service: Service, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, hour_s = clock_of(monkeypatch, watching_module), 3600.0
    watcher, path = watching(service, inbox, settled_s=hour_s), inbox / "slow.jsonl"
    for number in range(10):
        whole = json.dumps({"id": f"n{number}", "text": "Half"})
        for part in (whole[:-1], "}\n"):
            append(path, part, clock)
            assert watcher.round().files_read == 0
            clock.forward(0.9 * hour_s)
            assert watcher.round().files_read == 0, "it rests, but not long enough"
    clock.forward(0.1 * hour_s)
    changes = watcher.round()
    assert (changes.files_read, changes.failures) == (1, [])
    assert ids(service) == {f"n{number}" for number in range(10)}


def test_a_file_replaced_by_an_editor_is_one_change(service: Service, inbox: Path) -> None:
    watcher = watching(service, inbox, settled_s=0.3)
    path = inbox / "a.txt"
    path.write_text("One.", encoding="utf-8")
    settled(watcher)
    path.unlink()
    assert watcher.round().waiting == 1
    (inbox / ".a.txt.new").write_text("Two.", encoding="utf-8")
    (inbox / ".a.txt.new").rename(path)
    changes = settled(watcher)
    assert (changes.files_gone, changes.deleted, changes.put) == (0, 0, {"updated": 1})


@pytest.mark.parametrize(
    "name", ["a.txt~", "#a.txt#", ".a.txt.swp", "~$a.txt", "a.txt.part", "a.jsonl.tmp", ".#a.txt"]
)
def test_temporary_files_are_left_alone(service: Service, inbox: Path, name: str) -> None:
    (inbox / name).write_text("Half", encoding="utf-8")
    assert settled(watching(service, inbox)).files_read == 0


def test_a_damaged_file_keeps_what_it_had(service: Service, inbox: Path) -> None:
    watcher = watching(service, inbox)
    lines(inbox / "a.jsonl", 1, 2)
    settled(watcher)
    (inbox / "a.jsonl").write_text(
        '{"id": "n1", "text": "Report 1.", "lang": "en"}\n{"id": "n2"', encoding="utf-8"
    )
    changes = settled(watcher)
    assert len(changes.failures) == 1
    assert ids(service) == {"n1", "n2"}
    (inbox / "a.jsonl").unlink()
    settled(watcher)
    assert ids(service) == set()


def test_an_article_in_two_files_stays_until_both_are_gone(service: Service, inbox: Path) -> None:
    watcher = watching(service, inbox)
    lines(inbox / "a.jsonl", 1)
    lines(inbox / "b.jsonl", 1)
    settled(watcher)
    (inbox / "a.jsonl").unlink()
    settled(watcher)
    assert ids(service) == {"n1"}
    (inbox / "b.jsonl").unlink()
    settled(watcher)
    assert ids(service) == set()


def test_a_folder_that_is_not_there_now_deletes_nothing(service: Service, inbox: Path) -> None:
    """A network drive that is not mounted is no reason to empty the archive."""
    watcher = watching(service, inbox)
    lines(inbox / "a.jsonl", 1)
    settled(watcher)
    inbox.rename(inbox.with_name("away"))
    for _ in range(5):
        changes = watcher.round()
        assert changes.failures
        time.sleep(0.05)
    assert ids(service) == {"n1"}
    inbox.with_name("away").rename(inbox)
    assert settled(watcher).is_idle


def test_only_what_is_watched_is_dropped(service: Service, inbox: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    lines(other / "o.jsonl", 9)
    settled(watching(service, other))
    settled(watching(service, inbox))
    assert ids(service) == {"n9"}


def test_a_time_in_the_future_settles_too(service: Service, inbox: Path) -> None:
    lines(inbox / "a.jsonl", 1)
    later_s = time.time() + 5000
    os.utime(inbox / "a.jsonl", (later_s, later_s))
    assert settled(watching(service, inbox)).files_read == 1


def test_a_file_that_moves_between_watched_folders_stays_one_article(
    service: Service, tmp_path: Path
) -> None:
    new, done = tmp_path / "new", tmp_path / "done"
    new.mkdir()
    done.mkdir()
    (new / "a.txt").write_text("The ferry left.", encoding="utf-8")
    watcher = watching(service, new, done)
    assert settled(watcher).put == {"added": 1}
    (new / "a.txt").rename(done / "a.txt")
    (done / "a.txt").write_text("The ferry left late.", encoding="utf-8")
    changes = settled(watcher)
    assert (changes.failures, changes.deleted) == ([], 0)
    assert service.archive.get("a").article.text == "The ferry left late."


def test_two_watched_files_of_one_id_do_not_replace_each_other(
    service: Service, tmp_path: Path
) -> None:
    for year in ("2019", "2020"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "001.txt").write_text(f"The year {year}.", encoding="utf-8")
    changes = settled(watching(service, tmp_path / "2019", tmp_path / "2020"))
    (failure,) = changes.failures
    assert str(tmp_path / "2019" / "001.txt") in failure.why
    assert service.archive.get("001").article.text == "The year 2019."

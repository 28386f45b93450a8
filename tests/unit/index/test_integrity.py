"""Damage is found, named and repaired, whichever file it is in; openings name it, too."""

import random
import shutil
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from damage import ARTICLES, KINDS, answers, file_of, fill, flip, small_codes, verified
from newsrooms import RECORDS, articles_of, service_in
from ports import closed_port

from index.analysis import analyzer_for
from index.archive.rows import CONTENT
from index.errors import ArchiveError, DamagedFile, IndexCorrupt, IndexLocked, Unsupported
from index.local import LocalStore
from index.local import manifest as manifests
from index.local.lock import index_lock
from search.request import Mode, SearchRequest

FLIPS = 12
"""Bits flipped in each kind of file, one at a time."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "data"
    fill(folder)
    return folder


@pytest.fixture(scope="module")
def before(whole: Path) -> list[tuple[str, str, float]]:
    found = answers(whole)
    assert len(found) > 50
    return found


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    """A folder of its own, to be damaged."""
    return shutil.copytree(whole, tmp_path / "data")


def named(data: Path) -> list[Path]:
    return [damage.path for damage in verified(data).damages]


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def flip_somewhere(path: Path) -> None:
    flip(path, path.stat().st_size // 2, 3)


def error_of_opening(index: Path) -> DamagedFile | None:
    try:
        LocalStore(index, analyzer_for).snapshot()
    except DamagedFile as error:
        return error
    return None


def test_a_whole_folder_is_whole(whole: Path) -> None:
    found = verified(whole)
    assert (found.damages, found.unchecked) == ((), ())
    assert found.articles == ARTICLES + 21 - 3
    assert found.size_bytes > 100_000
    with service_in(whole) as service:
        snapshot = service.snapshot_id()
        assert service.maintenance.repair().snapshot is None
        assert service.snapshot_id() == snapshot


@pytest.mark.parametrize("kind", KINDS)
def test_any_flipped_bit_is_found_and_opening_says_so(data: Path, kind: str) -> None:
    chance = random.Random(kind)
    path = file_of(data / "index", kind)
    content = path.read_bytes()
    for _ in range(FLIPS):
        at, bit = chance.randrange(len(content)), chance.randrange(8)
        flip(path, at, bit)
        damages = verified(data).damages
        # A flipped bit in CURRENT may make it name a manifest that is not there.
        assert [damage.path for damage in damages][:1] == [path] or (
            kind == "CURRENT" and damages[0].path.parent.name == "manifests"
        ), (kind, at, bit, damages)
        error = error_of_opening(data / "index")
        # What the large arrays hold is read only when it is needed.
        if error is not None or kind not in ("postings", "columns", "vectors"):
            assert f"{damages[0].path}: " in str(error)
            assert "newsearch repair" in str(error)
        path.write_bytes(content)


Answers = list[tuple[str, str, float]]


def assert_same_answers(found: Answers, expected: Answers) -> None:
    """The same articles in the same order, with the same scores but for rounding."""
    assert [answer[:2] for answer in found] == [answer[:2] for answer in expected]
    assert [answer[2] for answer in found] == pytest.approx([answer[2] for answer in expected])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damaged", [flip_somewhere, cut, Path.unlink])
def test_a_repair_makes_just_what_is_damaged_anew(
    data: Path,
    before: list[tuple[str, str, float]],
    kind: str,
    damaged: Callable[[Path], None],
) -> None:
    index = data / "index"
    old = {entry.name for entry in manifests.read_current(index).segments}
    path = file_of(index, kind)
    damaged(path)
    assert named(data)
    if kind != "CURRENT":
        assert named(data) == [path]
    with service_in(data) as service, small_codes():
        report = service.maintenance.repair()
    assert report.damages
    assert verified(data).damages == ()
    assert_same_answers(answers(data), before)
    new = {entry.name for entry in manifests.read_current(index).segments}
    is_in_a_segment = kind not in ("CURRENT", "manifest", "tombstones")
    # Behind an older manifest, the newest segment is indexed again.
    assert len(old - new) == (is_in_a_segment or kind == "manifest")
    assert (report.articles > 0) == is_in_a_segment


def test_several_damaged_segments_and_none_left(
    data: Path, before: list[tuple[str, str, float]]
) -> None:
    for path in (data / "index" / "segments").glob("*/postings*"):
        flip_somewhere(path)
    with service_in(data) as service, small_codes():
        assert service.maintenance.repair().articles == ARTICLES + 21 - 3
        store = service.store
        keys = [
            key
            for live in store.snapshot().live_segments  # type: ignore[attr-defined]
            for key in live.segment.columns.keys.tolist()
        ]
        assert keys == sorted(keys)
    assert verified(data).damages == ()
    assert [hit[:2] for hit in answers(data)] == [hit[:2] for hit in before]


def test_changes_that_wait_are_indexed_by_the_repair(data: Path) -> None:
    with service_in(data) as service:
        service.archive.delete(["a5"])
        service.archive.put([service.archive.get("a6").article])
    flip_somewhere(file_of(data / "index", "columns"))
    with service_in(data) as service, small_codes():
        service.maintenance.repair()
        assert service.upkeep.pending() == 0
    assert verified(data).damages == ()


def test_without_any_whole_manifest_reindex_is_what_helps(data: Path) -> None:
    for path in (data / "index" / "manifests").iterdir():
        cut(path)
    with service_in(data) as service:
        with pytest.raises(IndexCorrupt, match="newsearch reindex"):
            service.maintenance.repair()
        service.upkeep.reindex()
    assert verified(data).damages == ()


def test_an_index_that_differs_from_the_archive(data: Path) -> None:
    """Nothing is wrong with any file, and still an article is missing and another is too many."""
    connection = sqlite3.connect(data / "archive.sqlite")
    with connection:
        nothing = ", ".join(f"{column} = NULL" for column in CONTENT)
        connection.execute(f"UPDATE revisions SET {nothing} WHERE article_id = 'a40'")
        connection.execute("UPDATE articles SET is_deleted = 1 WHERE id = 'a40'")
    connection.close()
    index = data / "index"
    whys = [damage.why for damage in verified(data).damages]
    assert whys == ["shows revision 41 of the article 'a40', which the archive does not"]
    with service_in(data) as service:
        report = service.maintenance.repair()
        assert (len(report.damages), report.articles) == (1, 0)
    assert verified(data).damages == ()
    manifest = manifests.read_current(index)
    first, _, *rest = manifest.segments
    undeleted = replace(first, tombstones=None, tombstones_checksum=None, deleted=0)
    number = manifest.number + 1
    manifests.commit(index, replace(manifest, segments=(undeleted, *rest), number=number))
    whys = [damage.why for damage in verified(data).damages]
    assert any("shows revision" in why for why in whys)
    assert any("lacks revision" in why for why in whys)
    with service_in(data) as service, small_codes():
        assert service.maintenance.repair().articles > 0
    assert verified(data).damages == ()


def test_an_older_index_without_checksums_in_its_manifests(data: Path) -> None:
    index = data / "index"
    manifest = manifests.read_current(index)
    content = manifest.to_json()
    start = content.index(b',\n "checksum"')
    path = manifests.path_of(index, manifest.number)
    assert manifests.parse(content[:start] + b"\n}", path) == manifest


def test_a_running_service_takes_up_what_was_repaired(data: Path) -> None:
    with service_in(data) as reader, small_codes():
        before = reader.rooms.indexed().search(SearchRequest("ferry", mode=Mode.KEYWORD))
        flip_somewhere(file_of(data / "index", "postings"))
        with service_in(data) as service:
            service.maintenance.repair()
        after = reader.rooms.indexed().search(SearchRequest("ferry", mode=Mode.KEYWORD))
        assert after.snapshot != before.snapshot
        assert [hit.stored for hit in after.hits] == [hit.stored for hit in before.hits]
        held = reader.store.pinned(before.snapshot)
        assert held.stats().articles == ARTICLES + 21 - 3


def test_a_repair_is_refused_while_another_writes(data: Path) -> None:
    flip_somewhere(file_of(data / "index", "vectors"))
    with service_in(data) as service, index_lock(data / "index"), pytest.raises(IndexLocked):
        service.maintenance.repair()


@pytest.mark.long
def test_verifying_beside_a_writer(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a writer clears away under the check is not taken for damage."""
    monkeypatch.setattr("index.local.writer.KEEP_SNAPSHOTS_S", -1)
    is_over, failures, commits = threading.Event(), list[BaseException](), 0

    def write() -> None:
        nonlocal commits
        try:
            with service_in(data) as service:
                while not is_over.is_set():
                    stored = service.archive.get(f"a{10 + commits % 50}")
                    service.archive.put([replace(stored.article, text=f"ferry again {commits}")])
                    service.upkeep.sync()
                    commits += 1
        except BaseException as error:
            failures.append(error)
            raise

    writer = threading.Thread(target=write)
    writer.start()
    try:
        checks = 0
        while (checks < 15 or commits < 5) and not failures:
            assert verified(data).damages == ()
            checks += 1
    finally:
        is_over.set()
        writer.join()
    assert not failures


def heal(data: Path, article_id: str) -> None:
    """What the message advises."""
    with service_in(data) as service:
        service.archive.delete([article_id])
        service.archive.put(
            articles_of(service, [{"id": article_id, "text": "A ferry.", "lang": "en"}])
        )
        service.upkeep.sync()


class TestArchive:
    def test_a_damaged_page(self, data: Path) -> None:
        path = data / "archive.sqlite"
        content = bytearray(path.read_bytes())
        page = 4096 * (len(content) // 4096 // 2)
        content[page : page + 16] = b"\xff" * 16
        path.write_bytes(content)
        damages = verified(data).damages
        assert damages
        assert {damage.path for damage in damages} == {path}

    def test_a_flipped_bit_in_a_text(self, data: Path) -> None:
        path = data / "archive.sqlite"
        at = path.read_bytes().index(b"only44v0")
        flip(path, at, 0)
        (damage,) = verified(data).damages
        assert damage.path == path
        assert "article 'a44' is not what was stored" in damage.why
        heal(data, "a44")
        assert verified(data).damages == ()

    def test_bytes_that_are_no_text(self, data: Path) -> None:
        path = data / "archive.sqlite"
        flip(path, path.read_bytes().index(b"only44v0"), 7)
        found = verified(data)
        assert {damage.path for damage in found.damages} == {path}
        assert found.unchecked
        heal(data, "a44")
        assert verified(data).damages == ()

    def test_no_database_any_more(self, data: Path) -> None:
        path = data / "archive.sqlite"
        path.write_bytes(b"x" * 8192)
        found = verified(data)
        assert [damage.path for damage in found.damages] == [path]
        assert found.unchecked
        assert found.files > 10, "the index is checked all the same"

    def test_no_archive_at_all(self, tmp_path: Path) -> None:
        with service_in(tmp_path / "data") as service:
            assert verified(tmp_path / "data").snapshot is None
            service._stores._creates = False
            service.close()
            (tmp_path / "data" / "archive.sqlite").unlink()
            with pytest.raises(ArchiveError, match="there is no archive"):
                service.maintenance.verify()


def test_on_a_server_it_is_said_what_is_not_checked(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with (
        closed_port() as port,
        service_in(folder, backend="milvus", milvus_uri=f"http://127.0.0.1:{port}") as service,
    ):
        (note,) = service.maintenance.verify().unchecked
        assert "Milvus" in note
        with pytest.raises(Unsupported, match="newsearch reindex"):
            service.maintenance.repair()


def test_articles_in_postgres(tmp_path: Path, new_database: Callable[[], str]) -> None:
    folder = tmp_path / "data"
    with service_in(folder, archive=new_database()) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        found = service.maintenance.verify()
        assert (found.damages, found.articles) == ((), len(RECORDS))
        (note,) = found.unchecked
        assert "PostgreSQL" in note
        path = file_of(folder / "index", "vectors")
        flip_somewhere(path)
        assert [damage.path for damage in service.maintenance.verify().damages] == [path]
        assert service.maintenance.repair().articles == len(RECORDS)
        assert service.maintenance.verify().damages == ()

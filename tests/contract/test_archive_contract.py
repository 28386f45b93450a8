"""What every `index.protocols.Archive` promises."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from headlines import headline_of

from index.archive import SqliteArchive
from index.archive.postgres import PostgresArchive
from index.dates.dates import parse_date
from index.domain import Article, ArticleFile, DatePrecision, Locator, NewsDate, NewsFields, Usage
from index.errors import ArchiveError, ArticleNotFound
from index.protocols import Archive, PutOutcome

FULL = Article(
    id="käse/1",
    title="Rat tagt",
    text="(Sarelle) Der Rat „tagt“.\n\n😀",
    language="de",
    date=NewsDate("2024-06-18T05:10+09:00", DatePrecision.MINUTE, True, 1718655000),
    source="Bote",
    section="Politik",
    authors=("A. Muster", "B. Beispiel"),
    url="https://example.org/1",
    place="Sarelle",
    agency="VPA",
    body_start=10,
    is_title_derived=True,
    locators=(
        Locator(0, "3", 2, (10, 20, 300, 40), confidence=0.875),
        Locator(10, time_s=751.25, speaker="A. Muster"),
    ),
    metadata={"page": 2, "tags": ["a", {"b": None}], "score": 0.5},
)
BARE = Article(id="bare", title="t", text="", language="und")


@pytest.fixture(params=["sqlite", "postgres"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    opened: SqliteArchive | PostgresArchive
    if request.param == "sqlite":
        opened = SqliteArchive.open(tmp_path / "archive.sqlite")
    else:
        opened = PostgresArchive.open(request.getfixturevalue("new_database")())
    with opened:
        yield opened


def named(article_id: str, text: str = "text") -> Article:
    return replace(BARE, id=article_id, text=text)


def test_an_empty_archive(archive: Archive) -> None:
    assert (archive.last_revision(), archive.count(), archive.changes(0, 10)) == (0, 0, [])
    assert archive.put([]) == []
    assert archive.delete([]) == archive.delete(["a"]) == []
    assert archive.revisions([]) == archive.revisions([0, 1, -1, 10**15]) == {}


@pytest.mark.parametrize("article", [FULL, BARE])
def test_what_is_put_comes_back(archive: Archive, article: Article) -> None:
    (outcome,) = archive.put([article])
    assert outcome == PutOutcome(article.id, outcome.revision, "added")
    stored = archive.get(article.id)
    assert stored.article == article
    assert stored.revision == outcome.revision == archive.last_revision()
    assert len(stored.content_hash) == 64
    assert archive.revisions([outcome.revision]) == {outcome.revision: stored}


def test_what_is_unknown_is_not_found(archive: Archive) -> None:
    for unknown in ("nobody", "", "lone \ud800"):
        with pytest.raises(ArticleNotFound):
            archive.get(unknown)


def test_an_id_with_a_lone_surrogate_is_nobody_elses(archive: Archive) -> None:
    archive.put([named("x?"), named("x\ufffd")])
    with pytest.raises(ArticleNotFound):
        archive.get("x\ud800")
    assert archive.delete(["x\ud800"]) == []


def test_the_same_again_is_unchanged(archive: Archive) -> None:
    (added,) = archive.put([FULL])
    (again,) = archive.put([FULL])
    assert again == PutOutcome(FULL.id, added.revision, "unchanged")
    assert archive.last_revision() == added.revision


CHANGED = {
    "title": "Rat tagt nicht", "text": "Anders.", "language": "en", "date": None, "source": None,
    "section": "Lokales", "authors": ("A. Muster",), "url": None, "place": None, "agency": None,
    "body_start": 0, "is_title_derived": False, "metadata": {"page": 3},
}  # fmt: skip


@pytest.mark.parametrize("field", CHANGED)
def test_any_other_field_is_an_update(archive: Archive, field: str) -> None:
    (added,) = archive.put([FULL])
    changed = replace(FULL, **{field: CHANGED[field]})  # type: ignore[arg-type]
    (updated,) = archive.put([changed])
    assert updated.status == "updated"
    assert updated.revision > added.revision
    assert archive.get(FULL.id).article == changed
    assert (
        archive.get(FULL.id).content_hash
        != archive.revisions([added.revision])[added.revision].content_hash
    )


def test_order_of_metadata_makes_no_update(archive: Archive) -> None:
    archive.put([replace(BARE, metadata={"a": 1, "b": 2})])
    (again,) = archive.put([replace(BARE, metadata={"b": 2, "a": 1})])
    assert again.status == "unchanged"


def test_superseded_revisions_keep_their_text(archive: Archive) -> None:
    (old,) = archive.put([named("a", "old")])
    (new,) = archive.put([named("a", "new")])
    found = archive.revisions([new.revision, old.revision])
    assert {revision: stored.article.text for revision, stored in found.items()} == {
        old.revision: "old",
        new.revision: "new",
    }


def test_of_two_with_one_id_the_later_wins(archive: Archive) -> None:
    outcomes = archive.put([named("a", "1"), named("b"), named("a", "2"), named("a", "2")])
    assert [outcome.status for outcome in outcomes] == ["added", "added", "updated", "unchanged"]
    assert [outcome.article_id for outcome in outcomes] == ["a", "b", "a", "a"]
    assert archive.get("a").article.text == "2"
    assert archive.get("a").revision == outcomes[2].revision == outcomes[3].revision


def test_headlines_are_those_of_the_articles_that_revisions_returns(archive: Archive) -> None:
    embargo = parse_date("2030-01-01T00:00:00Z")
    archive.put(
        [
            FULL,
            replace(named("b"), news=NewsFields(embargo=embargo, version=2)),
            named("c"),
            named("d"),
        ]
    )
    archive.put([replace(named("c"), news=NewsFields(usage=Usage.WITHHELD))])
    archive.delete(["d"])
    keys = list(range(-1, 9))
    found = archive.revisions(keys)
    assert len(found) == 2
    assert archive.headlines(keys) == {key: headline_of(one) for key, one in found.items()}
    assert archive.headlines([]) == {}


def test_a_deleted_article_is_gone_with_all_its_revisions(archive: Archive) -> None:
    revisions = [archive.put([named("a", text)])[0].revision for text in ("1", "2", "3")]
    archive.put([named("b")])
    assert archive.delete(["a", "nobody", "a"]) == ["a"]
    with pytest.raises(ArticleNotFound):
        archive.get("a")
    assert archive.revisions(revisions) == {}
    assert archive.get("b").article == named("b")
    assert archive.delete(["a"]) == []


def test_a_deleted_id_can_come_back(archive: Archive) -> None:
    archive.put([named("a", "1")])
    archive.delete(["a"])
    deleted_at = archive.last_revision()
    (added,) = archive.put([named("a", "1")])
    assert (added.status, added.revision > deleted_at) == ("added", True)
    assert archive.get("a").article.text == "1"


def test_changes_are_net_and_in_order(archive: Archive) -> None:
    archive.put([named("a", "1"), named("b", "1"), named("c", "1")])
    middle = archive.last_revision()
    archive.put([named("a", "2")])
    archive.delete(["b"])
    archive.put([named("d", "1")])
    everything = archive.changes(0, 100)
    assert [change.article_id for change in everything] == ["c", "a", "b", "d"]
    assert [change.stored and change.stored.article.text for change in everything] == [
        "1", "2", None, "1",
    ]  # fmt: skip
    assert archive.changes(middle, 100) == everything[1:]
    assert archive.changes(0, 2) + archive.changes(everything[1].revision, 2) == everything
    assert (archive.count(), archive.count(middle)) == (4, 3)
    assert archive.count(archive.last_revision()) == 0
    assert everything[-1].revision == archive.last_revision()


def test_a_revision_number_is_never_given_twice(archive: Archive) -> None:
    archive.put([named("a")])
    archive.delete(["a"])
    before = archive.last_revision()
    assert archive.put([named("b")])[0].revision > before


@pytest.mark.parametrize(
    "broken",
    [
        replace(BARE, text="lone \ud800"),
        replace(BARE, id="lone \ud800"),
        replace(BARE, metadata={"a": float("nan")}),
        replace(BARE, metadata={"a": object()}),
        replace(BARE, metadata={"a": "\ud800"}),
    ],
)
def test_one_article_that_cannot_be_stored_keeps_all_out(archive: Archive, broken: Article) -> None:
    with pytest.raises(ArchiveError, match="cannot be stored"):
        archive.put([named("a"), broken])
    assert archive.last_revision() == 0


def filed(article_id: str, path: str, text: str = "text") -> Article:
    return replace(named(article_id, text), file=ArticleFile(path, article_id))


def statuses(outcomes: list[PutOutcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]


def test_a_file_is_remembered_with_its_id(archive: Archive) -> None:
    assert archive.ids_of_files([]) == {}
    assert archive.ids_of_files(["/a/x.txt"]) == {}
    archive.put([filed("x", "/a/x.txt"), filed("b/y", "/a/b/y.md"), named("z")])
    assert archive.ids_of_files(["/a/x.txt", "/a/b/y.md", "/z"]) == {
        "/a/x.txt": "x",
        "/a/b/y.md": "b/y",
    }


def test_an_id_of_another_file_is_refused_and_nothing_stored(archive: Archive) -> None:
    (added,) = archive.put([filed("x", "/2019/x.txt", "old")])
    (refused,) = archive.put([filed("x", "/2020/x.txt", "new")])
    assert refused == PutOutcome("x", added.revision, "refused", owner="/2019/x.txt")
    (same,) = archive.put([filed("x", "/2020/x.txt", "old")])
    assert (same.status, same.is_same) == ("refused", True)
    assert archive.get("x").article.text == "old"
    assert archive.ids_of_files(["/2020/x.txt"]) == {}


def test_two_files_of_one_id_in_one_batch(archive: Archive) -> None:
    articles = [filed("x", "/a/x.txt", "a"), filed("x", "/b/x.txt", "b"), filed("y", "/b/y.txt")]
    assert statuses(archive.put(articles)) == ["added", "refused", "added"]
    assert archive.get("x").article.text == "a"


def test_the_owner_itself_may_change(archive: Archive) -> None:
    archive.put([filed("x", "/a/x.txt", "old")])
    assert statuses(archive.put([filed("x", "/a/x.txt", "new")])) == ["updated"]


def test_an_id_goes_to_another_file_if_asked(archive: Archive) -> None:
    archive.put([filed("x", "/a/x.txt", "old")])
    moved = filed("x", "/b/x.txt", "new")
    assert statuses(archive.put([moved], replaces_files=True)) == ["updated"]
    assert archive.ids_of_files(["/a/x.txt", "/b/x.txt"]) == {"/b/x.txt": "x"}
    assert statuses(archive.put([filed("x", "/a/x.txt", "old")])) == ["refused"]


def test_articles_without_a_file_of_their_own_are_never_refused(archive: Archive) -> None:
    archive.put([named("x", "old")])
    # As in an archive from before files were remembered.
    assert statuses(archive.put([filed("x", "/a/x.txt", "old")])) == ["unchanged"]
    assert statuses(archive.put([named("x", "new")])) == ["updated"]
    assert statuses(archive.put([filed("x", "/b/x.txt", "newer")])) == ["refused"]


def test_a_deleted_article_forgets_its_file(archive: Archive) -> None:
    archive.put([filed("x", "/a/x.txt")])
    archive.delete(["x"])
    assert archive.ids_of_files(["/a/x.txt"]) == {}
    assert statuses(archive.put([filed("x", "/b/x.txt")])) == ["added"]


def test_very_long_and_odd_paths_are_remembered(archive: Archive) -> None:
    paths = ["/" + "lang/" * 1_500 + "x.txt", "/ä#ö/\\xff.txt#inner/x.txt", "/a'b%s?.txt"]
    archive.put([filed(str(number), path) for number, path in enumerate(paths)])
    assert archive.ids_of_files(paths) == {path: str(n) for n, path in enumerate(paths)}

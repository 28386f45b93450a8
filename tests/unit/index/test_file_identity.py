"""A file is known by the id it was first seen with, and an id belongs to one file."""

import gzip
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.archive import SqliteArchive
from index.domain import Article
from index.errors import RecordError
from index.readers import ReadOptions, read
from index.readers.file_identity import file_path, put_from_files, refusal


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SqliteArchive]:
    with SqliteArchive.open(tmp_path / "archive.sqlite") as opened:
        yield opened


def make(folder: Path, **files: str) -> Path:
    """Files by their paths with `__` for `/` and `_` before the suffix."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def index(
    archive: SqliteArchive, *paths: Path, replaces: bool = False
) -> tuple[list[str], list[str]]:
    """The outcomes (`added a`) and the refusals of reading paths."""
    options = ReadOptions(detect=lambda _: "en", ids_of_files=archive.ids_of_files)
    records = list(read(paths, options).records)
    assert not [one for one in records if isinstance(one, RecordError)]
    articles = [one for one in records if isinstance(one, Article)]
    outcomes = put_from_files(archive, articles, replaces=replaces)
    refused = [refusal(one, what) for one, what in zip(articles, outcomes, strict=True)]
    return (
        [f"{one.status} {one.article_id}" for one in outcomes],
        [str(error) for error in refused if error is not None],
    )


def texts(archive: SqliteArchive) -> dict[str, str]:
    return {one.article.id: one.article.text for one in archive.iterate()}


def test_folders_with_files_of_one_name_do_not_replace_each_other(
    archive: SqliteArchive, tmp_path: Path
) -> None:
    folder = make(tmp_path / "A", **{"2019__001_txt": "Ferry.", "2020__001_txt": "Train."})
    assert index(archive, folder / "2019") == (["added 001"], [])
    outcomes, (error,) = index(archive, folder / "2020")
    assert outcomes == ["refused 001"]
    assert str(folder / "2019" / "001.txt") in error
    assert error.startswith(str(folder / "2020" / "001.txt"))
    assert "--replace" in error
    assert index(archive, folder) == (["unchanged 001", "added 2020/001"], [])
    assert index(archive, folder / "2020") == (["unchanged 2020/001"], [])
    assert texts(archive) == {"001": "Ferry.", "2020/001": "Train."}


def test_a_folder_inside_does_not_store_its_files_twice(
    archive: SqliteArchive, tmp_path: Path
) -> None:
    folder = make(tmp_path / "Archive", a_txt="One.", sub__b_txt="Two.", sub__deep__c_md="Three.")
    assert len(index(archive, folder)[0]) == 3
    inner = ["unchanged sub/b", "unchanged sub/deep/c"]
    assert index(archive, folder / "sub") == (inner, [])
    assert index(archive, folder / "sub" / "b.txt") == (["unchanged sub/b"], [])
    assert index(archive, folder / "sub", folder)[0] == [*inner, "unchanged a"]
    make(folder, sub__b_txt="Two, corrected.")
    assert index(archive, folder / "sub")[0] == ["updated sub/b", "unchanged sub/deep/c"]
    assert texts(archive)["sub/b"] == "Two, corrected."


def test_a_folder_further_up_keeps_the_ids(archive: SqliteArchive, tmp_path: Path) -> None:
    folder = make(tmp_path / "Archive", sub__x_txt="Inner.", x_txt="Outer.")
    index(archive, folder / "sub")
    outcomes, errors = index(archive, folder)
    assert (outcomes, len(errors)) == (["unchanged x", "refused x"], 1)
    assert index(archive, tmp_path / "Archive" / "..")[0] == ["unchanged x", "added Archive/x"]


def test_a_link_to_a_folder_is_no_other_folder(archive: SqliteArchive, tmp_path: Path) -> None:
    folder = make(tmp_path / "Archive", sub__x_txt="Ferry.")
    index(archive, folder)
    (tmp_path / "short").symlink_to(folder / "sub", target_is_directory=True)
    assert index(archive, tmp_path / "short") == (["unchanged sub/x"], [])


def test_formats_share_ids_by_name(archive: SqliteArchive, tmp_path: Path) -> None:
    folder = make(tmp_path / "in", x_txt="Ferry.", x_md="# Train\n\nIt left.")
    outcomes, (error,) = index(archive, folder)
    assert outcomes == ["added x", "refused x"]
    assert "x.txt: its id 'x' belongs to" in error
    assert "x.md" in error


def test_replace_takes_the_place_of_the_other_file(archive: SqliteArchive, tmp_path: Path) -> None:
    old, new = make(tmp_path / "a", x_txt="Old."), make(tmp_path / "b", x_txt="New.")
    index(archive, old)
    assert index(archive, new, replaces=True) == (["updated x"], [])
    assert index(archive, new) == (["unchanged x"], [])
    assert index(archive, old)[0] == ["refused x"]


def test_files_that_state_an_id_replace_each_other(archive: SqliteArchive, tmp_path: Path) -> None:
    old = make(tmp_path / "a", x_md="---\nid: story-7\n---\nFirst.")
    new = make(tmp_path / "b", y_md="---\nid: story-7\n---\nCorrected.")
    assert index(archive, old)[0] == ["added story-7"]
    assert index(archive, new)[0] == ["updated story-7"]


def test_an_archive_that_was_moved_goes_on(archive: SqliteArchive, tmp_path: Path) -> None:
    folder = make(tmp_path / "old", x_txt="Ferry.", y_txt="Train.")
    index(archive, folder)
    folder.rename(tmp_path / "new")
    make(tmp_path / "new", y_txt="Train, corrected.")
    outcomes, (error,) = index(archive, tmp_path / "new")
    assert outcomes == ["unchanged x", "refused y"]
    assert str(folder / "y.txt") in error
    make(tmp_path / "new", x_txt="Ferry, corrected.")
    assert index(archive, tmp_path / "new", replaces=True)[0] == ["updated x", "updated y"]


def test_names_inside_archives_belong_to_the_archive(
    archive: SqliteArchive, tmp_path: Path
) -> None:
    for name in ("2019", "2020"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as packed:
            packed.writestr("sport/001.txt", f"The year was {name}.")
    assert index(archive, tmp_path / "2019.zip")[0] == ["added sport/001"]
    outcomes, (error,) = index(archive, tmp_path / "2020.zip")
    assert outcomes == ["refused sport/001"]
    assert f"{tmp_path}/2019.zip#sport/001.txt" in error
    assert f"{tmp_path}/2020.zip#sport/001.txt" in error
    assert index(archive, tmp_path / "2019.zip")[0] == ["unchanged sport/001"]


def test_a_compressed_file_has_the_id_of_its_file(archive: SqliteArchive, tmp_path: Path) -> None:
    folder = tmp_path / "Archive"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "x.txt.gz").write_bytes(gzip.compress(b"Ferry."))
    assert index(archive, folder)[0] == ["added sub/x"]
    assert index(archive, folder / "sub")[0] == ["unchanged sub/x"]


def test_names_of_any_bytes_are_paths_of_text(archive: SqliteArchive, tmp_path: Path) -> None:
    names = [os.fsdecode(b"\xff.txt"), os.fsdecode(b"\xfe.txt")]
    for name in names:
        (tmp_path / name).write_text(f"File {name!r}.")
    assert len({file_path(tmp_path / name) for name in names}) == 2
    outcomes, errors = index(archive, *(tmp_path / name for name in names))
    assert [one.split()[0] for one in outcomes] == ["added", "refused"]
    assert "\\xff.txt" in errors[0]


def test_many_files_are_looked_up_in_batches(archive: SqliteArchive, tmp_path: Path) -> None:
    folder = make(tmp_path / "in", **{f"sub__{n}_txt": f"Text {n}." for n in range(600)})
    assert {one.split()[0] for one in index(archive, folder)[0]} == {"added"}
    assert {one.split()[0] for one in index(archive, folder / "sub")[0]} == {"unchanged"}
    assert len(texts(archive)) == 600

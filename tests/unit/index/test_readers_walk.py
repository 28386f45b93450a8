"""Which files are read of what is named, in which order and under which ids."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from index.domain import Article
from index.errors import RecordError
from index.readers import InputSize, ReadOptions, ReadRun, measure, read


def make(folder: Path, *names: str, text: str = "Der Rat tagt.") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(*paths: Path | str) -> tuple[list[str], list[str], ReadRun]:
    """The ids, the errors, and the reading when it is through."""
    reading = read(paths, ReadOptions(detect=lambda text: "xx"))
    records = list(reading.records)
    ids = [record.id for record in records if isinstance(record, Article)]
    errors = [str(record) for record in records if isinstance(record, RecordError)]
    return ids, errors, reading


def test_a_folder_is_read_with_all_inside_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a.txt", "politik/2024-06-18.txt", "politik/nah/x.y.TXT", "c/z.txt")
    ids, errors, reading = run(tmp_path)
    assert ids == ["a", "b", "c/z", "politik/2024-06-18", "politik/nah/x.y"]
    assert (errors, reading.ignored, reading.files) == ([], 0, 5)


def test_the_same_stem_in_two_folders_is_two_articles(tmp_path: Path) -> None:
    make(tmp_path, "a/2024.txt", "b/2024.txt", "2024.txt")
    assert run(tmp_path)[0] == ["2024", "a/2024", "b/2024"]


def test_a_named_file_has_its_stem(tmp_path: Path) -> None:
    make(tmp_path, "politik/2024.txt")
    assert run(tmp_path / "politik" / "2024.txt")[0] == ["2024"]


def test_hidden_and_unknown_entries_are_left_out_and_counted(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", ".b.txt", ".git/c.txt", "image.png", "a.py", "no_suffix")
    ids, errors, reading = run(tmp_path)
    assert (ids, errors, reading.ignored) == (["a"], [], 5)


def test_newsearchignore_speaks_as_gitignore_does(tmp_path: Path) -> None:
    make(
        tmp_path, "a.txt", "draft-1.txt", "draft-2.txt", "old/b.txt", "old/keep.txt",
        "x/draft-3.txt", "x/deep/only.txt", "x/deep/draft-4.txt", "x/rooted.txt", "rooted.txt",
    )  # fmt: skip
    make(tmp_path, ".newsearchignore", text="# drafts\ndraft-*\n!draft-2.txt\nold/\n/rooted.txt\n")
    make(tmp_path, "x/deep/.newsearchignore", text="only.txt\n!draft-4.txt\n")
    make(tmp_path, "old/.newsearchignore", text="!keep.txt\n")
    ids, errors, reading = run(tmp_path)
    assert ids == ["a", "draft-2", "x/deep/draft-4", "x/rooted"]
    assert (errors, reading.ignored) == ([], 5)


def test_newsearchignore_does_not_keep_out_what_is_named(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    make(tmp_path, ".newsearchignore", text="*")
    assert run(tmp_path / "a.txt")[0] == ["a"]


@pytest.mark.parametrize("rules", [b"!\n", b"\xff\xfe"])
def test_rules_that_cannot_be_read_leave_their_folder_out(tmp_path: Path, rules: bytes) -> None:
    make(tmp_path, "a.txt", "x/b.txt")
    (tmp_path / "x" / ".newsearchignore").write_bytes(rules)
    ids, errors, _ = run(tmp_path)
    assert ids == ["a"]
    assert len(errors) == 1
    assert "rules cannot be read" in errors[0]


def test_what_cannot_be_read_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "z.txt", "folder.txt/inside.txt")
    (tmp_path / "broken.txt").symlink_to("nowhere")
    (tmp_path / "circle.txt").symlink_to("circle.txt")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    ids, errors, _ = run(tmp_path, tmp_path / "missing")
    assert ids == ["a", "folder.txt/inside", "z"]
    assert [error.removeprefix(f"{tmp_path}/") for error in errors] == [
        "broken.txt: it is a broken link, or was removed in the meantime",
        "circle.txt: symbolic links form a loop",
        "loop: this link leads back to a folder above it",
        "missing: there is no such file or folder",
    ]


def test_a_file_without_permission_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a.txt", "b.txt", "c.txt")
    forbid(monkeypatch, tmp_path / "b.txt")
    ids, errors, reading = run(tmp_path)
    assert ids == ["a", "c"]
    assert len(errors) == 1
    assert errors[0].endswith("b.txt: permission denied; change its permissions, or leave it out")
    assert reading.bytes_read == measure([tmp_path]).size_bytes


def test_a_folder_without_permission_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a.txt", "b/b.txt", "c.txt")
    forbid(monkeypatch, tmp_path / "b")
    ids, errors, _ = run(tmp_path)
    assert ids == ["a", "c"]
    assert len(errors) == 1
    assert "/b: permission denied" in errors[0]


def forbid(monkeypatch: pytest.MonkeyPatch, forbidden: Path) -> None:
    """Take the right to read away, from the superuser too."""
    really_open, really_list = Path.open, Path.iterdir

    def denied(path: Path) -> None:
        if path == forbidden:
            raise PermissionError(13, "Permission denied", str(path))

    def open_(path: Path, *args: Any, **kwargs: Any) -> Any:
        denied(path)
        return really_open(path, *args, **kwargs)

    def iterdir(path: Path) -> Any:
        denied(path)
        return really_list(path)

    monkeypatch.setattr(Path, "open", open_)
    monkeypatch.setattr(Path, "iterdir", iterdir)


def test_links_are_followed(tmp_path: Path) -> None:
    make(tmp_path, "elsewhere/b.txt", "elsewhere2/c.txt", "news/a.txt")
    (tmp_path / "news" / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "news" / "c.txt").symlink_to(tmp_path / "elsewhere2" / "c.txt")
    assert run(tmp_path / "news")[0] == ["a", "c", "linked/b"]


def test_a_file_under_two_names_is_one_article(tmp_path: Path) -> None:
    make(tmp_path, "elsewhere/b.txt", "news/a.txt")
    (tmp_path / "news" / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "news" / "c.txt").symlink_to(tmp_path / "elsewhere" / "b.txt")
    ids, errors, reading = run(tmp_path / "news")
    assert (ids, errors, reading.ignored) == (["a", "c"], [], 1)


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.txt")
    ids, errors, reading = run(tmp_path / "a.txt", tmp_path, tmp_path)
    assert (ids, errors, reading.ignored) == (["a", "b"], [], 3)


def test_names_may_hold_any_bytes(tmp_path: Path) -> None:
    for name in (b"\xff.txt", b"line\nbreak\x1b.txt", b"empty\xfe.txt"):
        path = tmp_path / os.fsdecode(name)
        path.write_bytes(b"" if name.startswith(b"empty") else b"Der Rat tagt.")
    ids, errors, _ = run(tmp_path)
    assert ids == ["line break", "\ufffd"]
    assert [error.rpartition("/")[2] for error in errors] == ["empty\ufffd.txt: it is empty"]
    for text in (*ids, *errors):
        assert text.encode().isascii() or "\ufffd" in text


def test_a_decomposed_name_gives_a_composed_id(tmp_path: Path) -> None:
    make(tmp_path, "Pra\u0308sident.txt")
    assert run(tmp_path)[0] == ["Präsident"]


def test_pipes_are_left_out_of_folders_but_read_when_named(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    assert run(tmp_path)[2].ignored == 1
    writer = threading.Thread(target=pipe.write_text, args=['{"text": "eins", "id": "1"}'])
    writer.start()
    ids, errors, _ = run(pipe)
    writer.join()
    assert (ids, errors) == (["1"], [])


def test_measure_tells_how_much_there_is_and_reading_gets_there(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b/c.txt", "ignored.png")
    make(tmp_path, "lines.jsonl", text='{"text": "eins"}\n' * 50)
    assert measure([tmp_path, tmp_path / "missing"]) == InputSize(3, 2 * 13 + 50 * 17)
    assert measure([tmp_path, "-"]).size_bytes is None
    reading = read([tmp_path], ReadOptions(detect=lambda text: "xx"))
    steps = [reading.bytes_read for _ in reading.records]
    assert steps == sorted(steps)
    assert len(set(steps)) == len(steps) == 52
    assert reading.bytes_read == measure([tmp_path]).size_bytes


def test_deep_folders_are_no_trouble(tmp_path: Path) -> None:
    folders = [tmp_path]
    while len(folders) < 1_010:
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    file = folders[-1] / "a.txt"
    file.write_text("Der Rat tagt.", encoding="utf-8")
    try:
        ids, errors, _ = run(tmp_path)
        assert ids == []
        assert len(errors) == 1
        assert '"id" has 2,019 characters; at most 512 fit' in errors[0]
        assert run(file)[0] == ["a"]
    finally:  # what pytest would clean up by recursion
        file.unlink()
        for folder in reversed(folders[1:]):
            folder.rmdir()

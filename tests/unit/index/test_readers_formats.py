"""One file of each format: what comes out, what is reported and where."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.domain import Article
from index.errors import RecordError, SettingsError
from index.readers import ReadOptions, jsonl, plain_text, read
from index.readers.source import InputFile

Record = Article | RecordError


def options(**fields: Any) -> ReadOptions:
    return ReadOptions(detect=lambda text: "xx", **fields)


def read_bytes(folder: Path, name: str, content: bytes, **fields: Any) -> list[Record]:
    path = folder / name
    path.write_bytes(content)
    return list(read([path], options(**fields)).records)


def texts(records: list[Record]) -> list[str]:
    """The text of each article, and `place: why` of each error with the folder cut off."""
    return [
        record.text if isinstance(record, Article) else str(record).rpartition("/")[2]
        for record in records
    ]


@pytest.mark.parametrize(
    "content",
    [
        "Der Präsident".encode(),
        "Der Präsident".encode("utf-8-sig"),
        "Der Präsident".encode("utf-16"),
        "\ufeffDer Präsident".encode("utf-16-be"),
        "\ufeffDer Präsident".encode("utf-32-le"),
        "Der Pra\u0308sident\r\n".encode(),
    ],
)
def test_text_in_every_unicode_encoding(tmp_path: Path, content: bytes) -> None:
    (record,) = read_bytes(tmp_path, "2024-06-18 Seoul.txt", content)
    assert isinstance(record, Article)
    assert (record.text, record.id, record.date) == ("Der Präsident", "2024-06-18 Seoul", None)


def test_a_dateline_is_parsed(tmp_path: Path) -> None:
    (record,) = read_bytes(tmp_path, "a.txt", b"(Seoul) Der Rat tagt. Er redet.")
    assert isinstance(record, Article)
    assert (record.place, record.title, record.body_start) == ("Seoul", "Der Rat tagt.", 8)


LATIN = "Der Präsident spricht".encode("cp1252")


def test_other_encodings_are_reported_with_their_byte(tmp_path: Path) -> None:
    (error,) = texts(read_bytes(tmp_path, "a.txt", LATIN))
    assert error.startswith("a.txt: byte 6 (0xe4) is not UTF-8; convert it")


def test_a_declared_fallback_is_for_what_is_not_utf_8_only(tmp_path: Path) -> None:
    (article,) = texts(read_bytes(tmp_path, "a.txt", LATIN, fallback_encoding="cp1252"))
    assert article == "Der Präsident spricht"
    (article,) = texts(read_bytes(tmp_path, "b.txt", "ä".encode(), fallback_encoding="cp1252"))
    assert article == "ä"
    (error,) = texts(read_bytes(tmp_path, "c.txt", b"\x81\x8d", fallback_encoding="cp1252"))
    assert "neither UTF-8 nor cp1252, from byte 0" in error


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "base64"])
def test_an_unknown_fallback_is_refused_at_once(encoding: str) -> None:
    with pytest.raises(SettingsError, match=encoding):
        ReadOptions(fallback_encoding=encoding)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b" \r\n\t\xef\xbb\xbf", "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is binary"),
        (b"\x01\x02\x03 text", "it is binary"),
        (b"\xff\xfea", "not UTF-16"),
    ],
)
@pytest.mark.parametrize("fallback", [None, "latin-1"])
def test_what_is_no_text_is_reported(
    tmp_path: Path, content: bytes, why: str, fallback: str | None
) -> None:
    (error,) = texts(read_bytes(tmp_path, "a.txt", content, fallback_encoding=fallback))
    assert error.startswith("a.txt: ")
    assert why in error


def test_a_text_file_may_not_be_endless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(plain_text, "MAX_FILE_BYTES", 10)
    assert texts(read_bytes(tmp_path, "a.txt", b"0123456789")) == ["0123456789"]
    assert "more than 10 bytes" in texts(read_bytes(tmp_path, "a.txt", b"0123456789a"))[0]


LINES = (
    b'\xef\xbb\xbf{"text": "eins"}\r\n'
    b"\n"
    b'  {"text": "zw\xc3\xb6lf", "id": "2"}  \n'
    b'{"text": "drei"\n'
    b"[1]\n"
    b'{"text": "\xe4"}\n'
    b'{"title": [3], "text": "x"}\n'
    b'{"text": "lone \\ud800"}\n'
    b'{"text": "NaN", "x": NaN}\n'
    b"\t\r\n"
    b'{"text": "letzte"}'
)


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.JSONL"])
def test_every_line_is_read_or_reported_with_its_number(tmp_path: Path, name: str) -> None:
    found = texts(read_bytes(tmp_path, name, LINES))
    assert [line.split(";")[0] for line in found] == [
        "eins",
        "zwölf",
        f"{name}:4: not valid JSON: Expecting ',' delimiter at line 2, column 1",
        f'{name}:5: expected an object with at least a "text"',
        "x",  # a title of the wrong type is left out
        "lone \ufffd",
        "NaN",
        "letzte",
        f"{name}:6: byte 10 (0xe4) is not UTF-8",  # after all others: told once for all files
    ]


def test_the_standard_input_is_json_lines() -> None:
    reading = read(["-"], options(stdin=io.BytesIO(b'{"text": "eins"}\nkaputt\n')))
    article, error = reading.records
    assert isinstance(article, Article)
    assert isinstance(error, RecordError)
    assert (article.text, error.place) == ("eins", "stdin:2")
    assert reading.bytes_read == 24


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "a.jsonl: it is empty"),
        (b"\n \n", "a.jsonl: it is empty"),
        (b"\0\1\2" * 100 + b"\n" * 1000, "a.jsonl: it is binary"),
    ],
)
def test_a_file_of_lines_that_is_none_is_reported_once(
    tmp_path: Path, content: bytes, why: str
) -> None:
    (error,) = texts(read_bytes(tmp_path, "a.jsonl", content))
    assert error.startswith(why)


@pytest.mark.parametrize("too_long", [b'{"text": "' + b"x" * 200 + b'"}', b"x" * 100])
def test_a_line_that_is_too_long_is_skipped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, too_long: bytes
) -> None:
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 60)
    monkeypatch.setattr(jsonl, "_SKIPPED_AT_ONCE", 7)
    exact = b'{"text": "' + b"y" * 48 + b'"}'
    content = b"\n".join([exact, too_long, b'{"text": "danach"}', too_long])
    first, second, third, fourth = texts(read_bytes(tmp_path, "a.jsonl", content))
    assert (first, third) == ("y" * 48, "danach")
    assert second.startswith("a.jsonl:2: the line has more than 60 bytes")
    assert fourth.startswith("a.jsonl:4: the line has more than 60 bytes")


class _Endless(io.RawIOBase):
    """A stream that is made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or next(self._pieces, b"")
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def peak_bytes(pieces: Iterator[bytes], **fields: Any) -> tuple[int, int]:
    """Records, and the most memory while reading."""
    tracemalloc.start()
    stream: Any = _Endless(pieces)
    number = sum(1 for _ in read(["-"], options(stdin=stream, **fields)).records)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return number, peak


@pytest.mark.long
def test_memory_does_not_grow_with_the_file() -> None:
    line = json.dumps({"text": "Der Rat tagt. " * 50}).encode() + b"\n"
    few, small_peak = peak_bytes(line for _ in range(100))
    many, large_peak = peak_bytes(line for _ in range(1_000))
    assert (few, many) == (100, 1_000)
    assert large_peak < small_peak + len(line) * 200


def test_a_line_that_is_too_long_is_not_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 1_000_000)
    number, peak = peak_bytes(b"x" * 100_000 for _ in range(500))
    assert number == 1
    assert peak < 10_000_000


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"text": "eins"}', ["eins"]),
        (b'\xef\xbb\xbf{\n "text": "eins"\n}\n', ["eins"]),
        ('[{"text": "eins"}, {"text": "zwölf"}]'.encode("utf-16"), ["eins", "zwölf"]),
        (
            b'[{"text": "eins"}, {"text": 2}, 3, {"text": "vier"}]',
            ["eins", 'a.json: item 2: "text" must be a string, not a number',
             'a.json: item 3: expected an object with at least a "text"', "vier"],
        ),
        (b'{"text": "eins"}\n{"text": "zwei"}\n', ["eins", "zwei"]),
        (b'{"text": "eins"}\nkaputt\n',
         ["eins", "a.json:2: not valid JSON: Expecting value at column 1"]),
        (b"[]", ["a.json: it is empty"]),
        (b"", ["a.json: it is empty"]),
        (b'[{"text": "eins"},\n{]',
         ["a.json: not valid JSON: Expecting property name enclosed in double quotes at line 2, "
          "column 2"]),
        (b"3", ['a.json: expected an object with at least a "text"']),
        (b"[" * 200_000, ["a.json: this JSON cannot be read: it is nested too deeply"]),
    ],
)  # fmt: skip
def test_json_files(tmp_path: Path, content: bytes, found: list[str]) -> None:
    assert texts(read_bytes(tmp_path, "a.json", content)) == found


def test_a_number_of_too_many_digits_is_reported(tmp_path: Path) -> None:
    content = b'{"text": "a", "n": ' + b"1" * 5_000 + b"}"
    (error,) = texts(read_bytes(tmp_path, "a.json", content))
    assert error.startswith("a.json: ")
    assert "digits" in error


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("notes", b"Der Rat tagt.", ["Der Rat tagt."]),
        ("notes.xyz", b"# Der Rat", ["# Der Rat"]),
        (".hidden", b"Der Rat", ["Der Rat"]),
        ("data", b' \n{"text": "eins"}', ["eins"]),
        ("data.news", b'[{"text": "eins"}]', ["eins"]),
        ("data", b'{"text": "eins"}\n{"text": "zwei"}', ["eins", "zwei"]),
        ("data.txt", b'{"text": "eins"}', ['{"text": "eins"}']),
        ("empty", b"", ["empty: it is empty"]),
    ],
)
def test_a_named_file_of_unknown_kind_is_told_by_its_content(
    tmp_path: Path, name: str, content: bytes, found: list[str]
) -> None:
    assert texts(read_bytes(tmp_path, name, content)) == found


class _Failing(io.RawIOBase):
    """A disk that fails after its first bytes."""

    def __init__(self, first: bytes) -> None:
        self._first = first

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._first:
            raise OSError(5, "Input/output error")
        buffer[: len(self._first)] = self._first
        size, self._first = len(self._first), b""
        return size


def test_a_disk_that_fails_is_reported_after_what_was_read() -> None:
    stream: Any = _Failing(b'{"text": "eins"}\n{"te')
    article, error = read(["-"], options(stdin=stream)).records
    assert isinstance(article, Article)
    assert article.text == "eins"
    assert str(error) == "stdin: it cannot be read: Input/output error"
    with pytest.raises(RecordError, match="cannot be read: Input/output error"):
        InputFile(stream, "x").read(10)

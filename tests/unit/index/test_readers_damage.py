"""Damaged and malicious files: each ends as a report with its place, and the rest goes on."""

import bz2
import gzip
import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from processor import at_most

from index.domain import Article
from index.errors import RecordError
from index.readers import ReadOptions, containers, jsonl, read

SAMPLES = Path(__file__).parents[2] / "samples"
LINES = b'{"id": "a", "text": "eins"}\n{"id": "b", "text": "zwei"}\n'


def run(path: Path, **options: Any) -> tuple[list[str], list[str]]:
    """Ids of articles, and errors with the folder cut off."""
    ids, errors = [], []
    for record in read([path], ReadOptions(detect=lambda _: "xx", **options)).records:
        if isinstance(record, Article):
            ids.append(record.id)
        else:
            errors.append(str(record).replace(f"{path.parent}/", ""))
    return ids, errors


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def packed_twice(data: bytes) -> bytes:
    return gzip.compress(zstandard.compress(data))


@pytest.mark.parametrize(
    "pack", [gzip.compress, bz2.compress, zstandard.compress,
             packed_twice]
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "a", "a.jsonl"])
def test_packed_streams_are_told_by_their_content(tmp_path: Path, pack: Any, name: str) -> None:
    assert run(written(tmp_path, name, pack(LINES))) == (["a", "b"], [])


def test_members_and_frames_one_after_the_other(tmp_path: Path) -> None:
    line, other = LINES.splitlines(keepends=True)
    packs: list[Any] = [gzip.compress, bz2.compress, zstandard.compress]
    for number, pack in enumerate(packs):
        assert run(written(tmp_path, f"{number}.jsonl", pack(line) + pack(other)))[0] == ["a", "b"]


def test_a_folder_takes_packed_files_with_ids_of_their_names(tmp_path: Path) -> None:
    written(tmp_path, "b.txt.gz", gzip.compress(b"Text."))
    written(tmp_path, "logo.png.gz", gzip.compress(b"\x89PNG"))
    assert run(tmp_path) == (["b"], [])


def test_a_cut_stream_gives_what_came_before(tmp_path: Path) -> None:
    data = gzip.compress(LINES * 5000)
    ids, errors = run(written(tmp_path, "a.jsonl.gz", data[: len(data) // 2]))
    assert len(ids) > 1000
    assert len(errors) == 1
    assert "damaged or truncated" in errors[0]


@pytest.mark.long
def test_bombs_end_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "RATIO_COUNTS_FROM_BYTES", 1 << 20)
    bomb = b"\n" * (16 << 20)
    for name, data in (("a.gz", gzip.compress(bomb)), ("a.zst", zstandard.compress(bomb))):
        ids, errors = run(written(tmp_path, name, data), format="jsonl")
        assert ids == []
        assert "it unpacks to" in errors[0]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb.txt", bomb)
        packed.writestr("good.txt", "Text.")
    ids, errors = run(written(tmp_path, "a.zip", archive.getvalue()))
    assert (ids, len(errors)) == (["good"], 1)
    assert errors[0].startswith("a.zip#bomb.txt: it cannot be read: it unpacks to")


def test_the_total_is_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_UNPACKED_BYTES", 1000)
    _, errors = run(written(tmp_path, "a.jsonl.gz", gzip.compress(LINES * 100)))
    assert "it unpacks to" in errors[-1]


def test_packing_has_a_depth(tmp_path: Path) -> None:
    data = LINES
    for _ in range(containers.MAX_DEPTH):
        data = gzip.compress(data)
    assert run(written(tmp_path, "a.jsonl", data))[0] == ["a", "b"]
    _, errors = run(written(tmp_path, "a.jsonl", gzip.compress(data)))
    assert errors == ["a.jsonl: it is compressed more than 3 times; unpack it"]


def test_names_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    archive = io.BytesIO()
    names = ["../../etc/passwd.txt", "/root/a.txt", "C:\\x\\b.txt", "ok/../c.txt", ".hidden.txt"]
    with zipfile.ZipFile(archive, "w") as packed:
        for name in (*names, "__MACOSX/d.txt", "image.png", "f.txt.gz"):
            text = f"Text of {name}."
            packed.writestr(name, gzip.compress(b"Packed.") if name.endswith("gz") else text)
    ids, errors = run(written(tmp_path, "a.zip", archive.getvalue()))
    assert (ids, errors) == (["etc/passwd", "root/a", "C_/x/b", "ok/c", "f"], [])
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_locked_or_broken_entry_does_not_stop_the_rest(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.txt", "Text that is stored.")
        packed.writestr("b.txt", "Other text.")
    data = archive.getvalue().replace(b"Text that is stored.", b"Text that is broken.")
    ids, errors = run(written(tmp_path, "a.zip", data))
    assert ids == ["b"]
    assert "a.zip#a.txt: it cannot be read: its compressed data is damaged" in errors[0]
    _, errors = run(written(tmp_path, "b.zip", data[:60]))
    assert errors[0].startswith("b.zip: this zip archive is damaged")


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY x SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize(
    "body",
    [
        b"<nitf><body><body.content><p>&b;</p></body.content></body></nitf>",
        b"<nitf><body><body.content><p>&x;</p></body.content></body></nitf>",
        b"<newsItem guid='a'><contentSet><inlineData>&x;</inlineData></contentSet></newsItem>",
        b"<rss><channel><item><title>&b;</title><description>&x;</description></item></channel></rss>",
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>&x;</loc></url></urlset>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_never_expanded(tmp_path: Path, body: bytes, encoding: str) -> None:
    data = (ENTITIES + body).decode().encode(encoding)
    ids, errors = run(written(tmp_path, "a.xml", data))
    assert ids == []
    assert len(errors) == 1
    assert "root:" not in errors[0]


def test_yaml_aliases_are_refused(tmp_path: Path) -> None:
    data = b"---\na: &a [x, x]\nb: [*a, *a]\n---\nText."
    _, errors = run(written(tmp_path, "a.md", data))
    assert errors == ["a.md: its front matter uses YAML aliases, which are not allowed"]


SLOW = {
    "a.eml": b"Message-ID: <a@b>\r\nSubject: A\r\n\r\nText." + b" " * 200_000 + b"x",
    "b.eml": b"Message-ID: <b@b>\r\nSubject: " + b"=?utf-8?q?a" * 40_000 + b"\r\n\r\nText.",
    "c.eml": b"Message-ID: <c@b>\r\nContent-Type: text/html\r\n\r\n<p>Text.</p>" + b"<a" * 80_000,
    "a.iptc": b"\x01bsf0123 3 pl 12" + b" " * 60_000,
    "b.iptc": b"\x01bsf0123 3 pl 12 " + b"x " * 60_000,
    "a.xml": b"<!-- -->" * 900 + b"x",
    "a.html": b"<!-- -->" * 900 + b"<p>x",
    "a.rss": b"<rss version='2.0'><channel><item><title>a</title><description>&lt;p>x"
             + b"&lt;a" * 40_000 + b"</description></item></channel></rss>",
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_no_file_takes_longer_than_its_size(tmp_path: Path, name: str) -> None:
    with at_most(cpu_s=4):
        ids, errors = run(written(tmp_path, name, SLOW[name]))
    assert len(ids) + len(errors) == 1


def test_a_header_of_a_mail_has_a_limit(tmp_path: Path) -> None:
    _, (error,) = run(written(tmp_path, "b.eml", SLOW["b.eml"]))
    assert "its header Subject has more than 10,000 characters" in error


@pytest.mark.long
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_a_line_of_100_mb_is_reported_and_passed_over(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    good = {"a.jsonl": LINES, "a.csv": b"id,text\na,eins\n"}[name]
    more = {"a.jsonl": b'{"id": "c", "text": "drei"}\n', "a.csv": b"c,drei\n"}[name]
    with path.open("wb") as stream:
        stream.write(good)
        for _ in range(100):
            stream.write(b"x" * 1_000_000)
        stream.write(b"\n" + more)
    tracemalloc.start()
    ids, errors = run(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (ids[0], ids[-1]) == ("a", "c")
    assert errors == [f"{name}:3: the line has more than {jsonl.MAX_LINE_BYTES:,} bytes; split it"]
    assert peak < 3 * jsonl.MAX_LINE_BYTES


LARGE = {
    "a.txt": (b"", "it has more than 40,000,000 bytes"),
    "a.md": (b"# Title\n", "it has more than"),
    "a.html": (b"<html><body><p>", "it has more than 16,777,216 bytes"),
    "a.json": (b'{"text": "', "not valid JSON"),
    "a.iptc": (b"\x01bsf0123 3 pl 12\r\n", "it has more than 4,194,304 bytes"),
    "a.mbox": (b"From a 05:10 \n", "the message has more than 33,554,432 bytes"),
    "a.eml": (b"Message-ID: <a>\r\nSubject: ", "it has more than 33,554,432 bytes"),
    "a.warc": (b"WARC/1.0\r\nWARC-Type: ", "a line has more than 8,388,608 bytes"),
    "a.xml": (b"<nitf><body><body.content><p>", "it has more than 67,108,864 bytes"),
    "a.rss": (b"<rss version='2.0'><channel><title>", "it has more than 67,108,864 bytes"),
    "a.pdf": (b"%PDF-1.7\n", "it has more than 67,108,864 bytes"),
}
"""How files begin whose next line has 100 MB, and what is said of them."""


@pytest.mark.long
@pytest.mark.parametrize("name", LARGE)
def test_memory_is_bounded_whatever_the_format(tmp_path: Path, name: str) -> None:
    begin, why = LARGE[name]
    path = written(tmp_path, name, begin)
    with path.open("ab") as stream:
        for _ in range(100):
            stream.write(b"x" * 1_000_000)
    program = Path(__file__).parents[2] / "support" / "reading_memory.py"
    done = subprocess.run([sys.executable, program, path], capture_output=True, check=True)
    articles, errors, most_kb = json.loads(done.stdout)
    assert (articles, len(errors)) == (0, 1)
    assert why in errors[0]
    assert most_kb < 400_000


@pytest.mark.long
def test_memory_does_not_grow_with_a_packed_file(tmp_path: Path) -> None:
    def peak_of(lines: int) -> int:
        body = b"".join(b'{"id": "%d", "text": "%d"}\n' % (n, n * 7919) for n in range(lines))
        path = written(tmp_path, "a.jsonl.gz", gzip.compress(body, 1))
        del body
        tracemalloc.start()
        count = sum(1 for _ in read([path], ReadOptions(detect=lambda _: "xx")).records)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == lines
        return peak

    peak_of(100)  # what is loaded once
    assert peak_of(40_000) < peak_of(10_000) * 1.5


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.csv", "a.jsonl", "a.html", "wire.iptc"])
def test_a_wrong_encoding_is_named_and_a_fallback_helps(tmp_path: Path, name: str) -> None:
    texts = {
        "a.csv": "id,text\na,Präsident\n",
        "a.jsonl": '{"text": "Präsident"}\n{"text": "Präsident zwei"}',
        "a.html": (SAMPLES / "page.html")
        .read_text(encoding="utf-8")
        .replace("Sarelle", "Präsident")
        .replace("the ", "für "),
        "wire.iptc": (SAMPLES / "wire.iptc").read_bytes().decode().replace("council", "Präsident"),
    }
    page = texts.get(name, "Der Präsident kommt.").replace('<meta charset="utf-8">', "")
    path = written(tmp_path, name, page.encode("cp1252"))
    _, errors = run(path)
    assert errors
    assert all("is not UTF-8" in error for error in errors)
    records = list(
        read([path], ReadOptions(detect=lambda _: "xx", fallback_encoding="cp1252")).records
    )
    assert not [one for one in records if isinstance(one, RecordError)]
    assert "Präsident" in "".join(one.text for one in records if isinstance(one, Article))

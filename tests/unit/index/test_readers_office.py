"""Word, OpenDocument and RTF: what becomes of them, damaged and hostile ones included."""

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from office_files import docx, odt, zipped

from index.domain import Article, DateOrigin
from index.errors import RecordError
from index.readers import ReadOptions, office_file, read

RTF = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}
{\info{\title Ferry tests begin}{\author Ada Holm}{\creatim\yr2024\mo6\dy18\hr5\min10}}
\pard The ferry \b left\b0  on Tuesday{\super\chftn{\footnote\pard By the harbour's clock.}} \emdash  f\'fcr Urazaki \u321?.\par
\trowd\cellx1000\cellx2000 Port\cell Calls\cell\row
\trowd\cellx1000\cellx2000 Hullhaven\cell 3\cell\row
\pard It came back.\par}"""  # noqa: E501

TEXT = (
    "The ship\n\nThe ferry left on Tuesday [{0}]\nat noon.\n\nPort | Calls\nHullhaven | 3\n\n"
    "It came back.\n\n[{0}] By the harbour's clock."
)


def records(folder: Path, name: str, data: bytes) -> list[Article | RecordError]:
    path = folder / name
    path.write_bytes(data)
    return list(read([path], ReadOptions(detect=lambda _: "xx")).records)


def article(folder: Path, name: str, data: bytes) -> Article:
    (found,) = records(folder, name, data)
    assert isinstance(found, Article), str(found)
    return found


def failure(folder: Path, name: str, data: bytes) -> str:
    (found,) = records(folder, name, data)
    assert isinstance(found, RecordError)
    return str(found)


def test_a_word_document_named_directly_is_one_article(tmp_path: Path) -> None:
    found = article(tmp_path, "ferry.docx", docx())
    assert (found.id, found.title, found.text) == ("ferry", "Ferry tests begin", TEXT.format(2))
    assert (found.authors, found.section) == (("Ada Holm", "Bo Quill"), "Local")
    assert found.date is not None
    assert (found.date.value, found.date.origin) == ("2024-06-18T05:10:00Z", DateOrigin.META)
    assert found.news.updated is not None
    assert found.news.updated.value == "2024-06-19T06:00:00Z"
    assert found.metadata == {"keywords": "ferry"}


def test_an_open_document(tmp_path: Path) -> None:
    found = article(tmp_path, "ferry.odt", odt())
    assert (found.id, found.title, found.text) == ("ferry", "Ferry tests begin", TEXT.format(1))
    assert (found.authors, found.language) == (("Ada Holm",), "en")
    assert found.date is not None
    assert found.date.value == "2024-06-18T05:10:00"


def test_rich_text(tmp_path: Path) -> None:
    found = article(tmp_path, "ferry.rtf", RTF)
    assert (found.title, found.authors) == ("Ferry tests begin", ("Ada Holm",))
    assert found.text == (
        "The ferry left on Tuesday — für Urazaki Ł.\n\nPort | Calls\nHullhaven | 3\n\n"
        "It came back.\n\n[1] By the harbour's clock."
    )
    assert found.date is not None
    assert found.date.value == "2024-06-18T05:10"


def test_documents_in_folders_and_archives(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.docx").write_bytes(docx())
    (folder / "~$a.docx").write_bytes(b"\x05Ada")
    (folder / "b.odt.gz").write_bytes(gzip.compress(odt()))
    (folder / "c.rtf").write_bytes(RTF)
    with zipfile.ZipFile(folder / "d.zip", "w") as archive:
        archive.writestr("e.docx", docx())
        archive.writestr("f.odt", odt())
    run = read([folder], ReadOptions(detect=lambda _: "xx"))
    found = [one.id if isinstance(one, Article) else str(one) for one in run.records]
    assert found == ["b", "c", "e", "f", "sub/a"]
    assert run.ignored == 1


@pytest.mark.parametrize(("name", "data"), [("a.docx", docx()), ("a.odt", odt())])
def test_a_cut_document_is_reported(tmp_path: Path, name: str, data: bytes) -> None:
    assert "damaged" in failure(tmp_path, name, data[: len(data) // 2])


def test_a_document_with_a_damaged_part_is_reported(tmp_path: Path) -> None:
    data = bytearray(docx())
    at = data.index(b"word/document.xml") + 60
    data[at : at + 40] = b"\0" * 40
    assert "damaged" in failure(tmp_path, "a.docx", bytes(data))


def test_cut_rich_text_gives_what_there_is(tmp_path: Path) -> None:
    assert article(tmp_path, "a.rtf", RTF[:300]).text.startswith("The ferry left on Tuesday")


def test_external_entities_are_refused(tmp_path: Path) -> None:
    prolog = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    hostile = docx("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", prolog)
    assert "entities" in failure(tmp_path, "a.docx", hostile)


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_file, "MAX_FILE_BYTES", 1 << 20)
    bomb = docx("<w:p><w:r><w:t>" + "a" * (4 << 20) + "</w:t></w:r></w:p>")
    assert len(bomb) < 16_000
    assert "unpacks to more than 1,048,576 bytes" in failure(tmp_path, "a.docx", bomb)


def test_protected_documents_are_named(tmp_path: Path) -> None:
    locked = odt(manifest="<e><encryption-data/></e>")
    assert "protected by a password" in failure(tmp_path, "a.odt", locked)
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    word = compound + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100
    assert "protected by a password" in failure(tmp_path, "a.docx", word)


def test_old_word_documents_say_what_to_do(tmp_path: Path) -> None:
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    old = compound + "WordDocument".encode("utf-16-le") + b"\0" * 100
    (tmp_path / "desk").mkdir()
    assert "--convert-to docx" in failure(tmp_path / "desk", "a.doc", old)
    (found,) = read([tmp_path / "desk"], ReadOptions(detect=lambda _: "xx")).records
    assert "--convert-to docx" in str(found)


def test_a_spreadsheet_is_named(tmp_path: Path) -> None:
    sheet = zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"})
    assert "a spreadsheet; save its sheets as CSV" in failure(tmp_path, "a.xlsx", sheet)


@pytest.mark.parametrize(
    ("name", "data"), [("a.docx", docx("<w:p/>")), ("a.odt", odt("")), ("a.rtf", rb"{\rtf1 }")]
)
def test_a_document_without_text_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    found = failure(tmp_path, name, data)
    assert "no text" in found


def test_links_of_hostile_rich_text_do_not_take_quadratic_time(tmp_path: Path) -> None:
    links = rb"{\field{\*\fldinst{ " * 20_000
    found: list[Any] = records(tmp_path, "a.rtf", rb"{\rtf1 Text. " + links)
    assert len(found) == 1


def test_a_document_on_a_stream_is_read_like_one_on_disk(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        file.write(docx())
    assert article(tmp_path, "a.docx.gz", packed.getvalue()).text == TEXT.format(2)

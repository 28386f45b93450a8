"""Encodings: what labels mean, texts without one, stray bytes, NULs, UTF-16, in every reader."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.domain import Article
from index.errors import FeedError, RecordError
from index.feeds.document import read_document
from index.readers import ReadOptions, read
from index.text.decoding import codec_of, decode, decode_declared

HEAD = "The harbour board met on Tuesday and agreed to widen the northern channel by forty metres. "


def records(
    tmp_path: Path, name: str, data: bytes, fallback: str | None = None
) -> list[Article | RecordError]:
    (tmp_path / name).write_bytes(data)
    options = ReadOptions(detect=lambda _: "xx", fallback_encoding=fallback)
    return list(read([tmp_path / name], options).records)


def article(tmp_path: Path, name: str, data: bytes, fallback: str | None = None) -> Article:
    (found,) = records(tmp_path, name, data, fallback)
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("gb2312", "gb18030"), ("GBK", "gb18030"), ("x-gbk", "gb18030"), ("euc-kr", "cp949"),
        ("ks_c_5601-1987", "cp949"), ("shift_jis", "cp932"), ("x-sjis", "cp932"),
        ("Shift-JIS", "cp932"), ("latin1", "windows-1252"), ("ISO-8859-1", "windows-1252"),
        ("us-ascii", "windows-1252"), ("iso-8859-9", "windows-1254"), ("big5", "big5hkscs"),
        ("tis-620", "cp874"), ("koi8-r", "koi8-r"), ("x-mac-cyrillic", "mac-cyrillic"),
        ("unicode-1-1-utf-8", "utf-8"), (" 'cp1251' ", "windows-1251"), ("x-x-big5", "big5hkscs"),
        ("utf-7", None), ("unicode_escape", None), ("no-such", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_labels_mean_what_they_mean_to_browsers(label: str | None, codec: str | None) -> None:
    assert codec_of(label) == codec


TEXTS = [
    ("gb2312", "gbk", "朱镕基说①港口"),
    ("euc-kr", "cp949", "펲시와 똠방각하"),
    ("shift_jis", "cp932", "①髙橋さんの港"),
    ("x-sjis", "cp932", "㈱港湾①"),
    ("iso-8859-1", "cp1252", "He said “no” – twice."),
    ("us-ascii", "cp1252", "“Größe” – twice"),
    ("iso-8859-9", "cp1254", "“İstanbul’da şehir”"),
    ("windows-1251", "cp1251", "Совет порта решил"),
    ("koi8-r", "koi8-r", "Совет порта решил"),
    ("big5", "big5hkscs", "港口委員會議"),
    ("iso-8859-2", "iso-8859-2", "Zarząd portu zdecydował"),
    ("euc-jp", "euc_jp", "港湾委員会は火曜日に"),
    ("iso-2022-jp", "iso2022_jp", "港湾委員会は火曜日に"),
]


@pytest.mark.parametrize(("label", "codec", "words"), TEXTS)
def test_a_page_in_an_encoding_of_its_family(
    tmp_path: Path, label: str, codec: str, words: str
) -> None:
    page = (
        f'<!doctype html><html><head><meta charset="{label}"><title>Channel</title></head><body>'
        f"<article><h1>Channel</h1>{f'<p>{HEAD}{words}.</p>' * 3}</article></body></html>"
    )
    found = article(tmp_path, "a.html", page.encode(codec))
    assert words in found.text
    assert found.notes == ()


@pytest.mark.parametrize(("label", "codec", "words"), TEXTS)
@pytest.mark.parametrize("how", ["8bit", "base64", "header"])
def test_mail_in_an_encoding_of_its_family(
    tmp_path: Path, label: str, codec: str, words: str, how: str
) -> None:
    import base64

    encoded = base64.b64encode(words.encode(codec)).decode()
    subject = f"=?{label}?B?{encoded}?=" if how == "header" else "Channel"
    body = words.encode(codec) if how == "8bit" else encoded.encode()
    data = (
        f"Message-ID: <1@a.example>\r\nFrom: A <a@a.example>\r\nSubject: {subject}\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset={label}\r\n"
        f"Content-Transfer-Encoding: {'8bit' if how == '8bit' else 'base64'}\r\n\r\n"
    ).encode() + body
    found = article(tmp_path, "a.eml", data)
    assert found.text == words
    assert found.title == (words if how == "header" else "Channel")


@pytest.mark.parametrize(("label", "codec", "words"), TEXTS)
def test_a_feed_in_an_encoding_of_its_family(
    tmp_path: Path, label: str, codec: str, words: str
) -> None:
    feed = (
        f'\n<?xml version="1.0" encoding="{label}"?><rss version="2.0"><channel><title>Post</title>'
        f"<item><guid>1</guid><title>{words}</title><description>{HEAD}</description></item>"
        "</channel></rss>"
    )
    assert article(tmp_path, "a.rss", feed.encode(codec)).title == words


@pytest.mark.parametrize(
    ("content_type", "codec"),
    [
        ("application/rss+xml; charset=windows-1251", "cp1251"),
        ("text/xml;charset='koi8-r'", "koi8-r"),
    ],
)
def test_a_fetched_feed_in_the_encoding_of_http(content_type: str, codec: str) -> None:
    item = "<item><title>Совет</title></item>"
    feed = f"<rss version='2.0'><channel><title>Порт</title>{item}</channel></rss>"
    document = read_document(feed.encode(codec), "https://a.example", content_type)
    assert (document.title, document.entries[0].fields["title"]) == ("Порт", "Совет")


def test_a_feed_in_an_unknown_encoding_is_refused_or_in_the_fallback(tmp_path: Path) -> None:
    feed = (
        "<?xml version='1.0'?><rss version='2.0'><channel><title>Порт</title><item><guid>1</guid>"
        "<title>Совет</title><description>Совет порта</description></item></channel></rss>"
    ).encode("cp1251")
    with pytest.raises(FeedError, match="is not UTF-8"):
        read_document(feed, "https://a.example")
    assert "--encoding" in str(records(tmp_path, "a.rss", feed)[0])
    assert article(tmp_path, "b.rss", feed, "cp1251").title == "Совет"


def mail(head: bytes, body: bytes) -> bytes:
    return b"Message-ID: <1@a.example>\nFrom: A <a@a.example>\n" + head + b"\n\n" + body


@pytest.mark.parametrize(
    ("head", "body", "title", "text"),
    [
        (b"Subject: Channel", "Größe und Öl".encode(), "Channel", "Größe und Öl"),
        (b"Subject: Channel\nContent-Type: text/plain", "Größe".encode(), "Channel", "Größe"),
        (b"Subject: C\nContent-Type: text/plain; charset=us-ascii", "Größe".encode(), "C", "Größe"),
        (b"Subject: C\nContent-Type: text/plain; charset=unknown-8bit", "Größe".encode(), "C",
         "Größe"),
        ("Subject: Größe".encode("latin-1") + b"\nContent-Type: text/plain; charset=iso-8859-1",
         "Größe".encode("latin-1"), "Größe", "Größe"),
        ("Subject: Größe".encode(), b"Text.", "Größe", "Text."),
        (b"Subject: =?utf-8?q?Gr=C3?= =?utf-8?q?=B6=C3=9Fe?=", b"Text.", "Größe", "Text."),
    ],
)  # fmt: skip
def test_mail_without_a_charset(
    tmp_path: Path, head: bytes, body: bytes, title: str, text: str
) -> None:
    found = article(tmp_path, "a.eml", mail(head, body))
    assert (found.title, found.text) == (title, text)


def test_mail_in_an_unknown_encoding_is_refused_or_in_the_fallback(tmp_path: Path) -> None:
    data = mail(b"Subject: Channel", "Größe und Öl".encode("cp1252"))
    (error,) = records(tmp_path, "a.eml", data)
    assert "is not UTF-8" in str(error)
    assert article(tmp_path, "b.eml", data, "cp1252").text == "Größe und Öl"


def test_a_damaged_encoded_word_costs_its_header_only(tmp_path: Path) -> None:
    damaged = b"=?utf-8?b?RmVycnkgcmV0dXJucyBhd?="  # one character of base64 too many
    found = article(tmp_path, "a.eml", mail(b"Subject: " + damaged, b"The ferry is back."))
    assert (found.title, found.text) == (damaged.decode(), "The ferry is back.")
    assert any("damaged encoded word" in str(note) for note in found.notes)


def html(body: bytes, meta: bytes = b'<meta charset="utf-8">') -> bytes:
    paragraph = b"<p>" + HEAD.encode() + b"</p>"
    return (
        b"<!doctype html><html><head>" + meta + b"<title>Channel</title></head><body><article>"
        b"<h1>Channel</h1>"
        + 3 * paragraph
        + b"<p>"
        + body
        + HEAD.encode()
        + b"</p></article></body></html>"
    )


JSON = '{"text": "Größe und Öl, Straße, Übermut, Häfen, Küste, Möwe, für"}'.encode()


@pytest.mark.parametrize(
    ("name", "data", "note"),
    [
        ("a.html", html(b"caf\xe9 "), "1 byte was not UTF-8"),
        ("a.html", html("Größ".encode()[:-1]), "not UTF-8"),
        ("a.html", html(b"a\0b\0"), "2 NUL bytes were dropped"),
        ("a.txt", "Größe, Öl, Straße, Häfen \xff".encode().replace(b"\xc3\xbf", b"\xff"), "1 byte"),
        ("a.txt", HEAD.encode() * 3 + b"\xe9", "1 byte was not UTF-8"),
        ("a.txt", HEAD.encode() + b"\0", "1 NUL byte"),
        ("a.md", ("# Größe\n\nÖl und Straße, für Häfen").encode() + b" \xff", "1 byte"),
        ("a.json", JSON.replace(b"Gr", b"\xffGr"), "1 byte"),
        ("a.jsonl", JSON.replace(b"Gr", b"\0Gr"), "1 NUL byte"),
        ("a.csv", b"id,text\n1,Gr\xc3\xb6\xc3\x9fe \xc3\x96l \xc3\xa4 \xff\n", "1 byte"),
        ("nitf.xml", "<nitf><body><body.content><p>Größe, Öl, Straße ".encode()
         + b"\xff</p></body.content></body></nitf>", "1 byte"),
    ],
)  # fmt: skip
def test_a_stray_byte_costs_that_byte(tmp_path: Path, name: str, data: bytes, note: str) -> None:
    found = article(tmp_path, name, data)
    assert found.text
    assert "\0" not in found.text
    assert [note in one.what for one in found.notes] == [True]


def test_a_stray_byte_is_noted_once_a_file(tmp_path: Path) -> None:
    line = json.dumps({"text": "Größe und Öl"}, ensure_ascii=False).encode() + b"\n"
    bad = line.replace(b"und", b"u\xffd")
    found = records(tmp_path, "a.jsonl", line * 5 + bad * 5 + line * 30)
    assert len(found) == 40
    assert sum(len(one.notes) for one in found if isinstance(one, Article)) == 1


def test_a_nul_costs_no_row_of_a_table(tmp_path: Path) -> None:
    rows = b"".join(b"%d,Row,Good text number %d\n" % (n, n) for n in range(300))
    found = records(tmp_path, "a.csv", b"id,title,text\nx,Bad,with a\0 byte\n" + rows)
    assert [one for one in found if isinstance(one, RecordError)] == []
    assert len(found) == 301


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "id\ttitle\ttext\n1\tGröße\t{}\n2\tÖl\t{}\n"),
        ("a.tsv", "id\ttitle\ttext\r\n1\tGröße\t{}\r\n2\tÖl\t{}\r\n"),
        ("a.jsonl", '{{"id": "1", "title": "Größe", "text": "{}"}}\n{{"id": "2", "text": "{}"}}'),
        ("a.json", '[{{"id": "1", "title": "Größe", "text": "{}"}}, {{"id": "2", "text": "{}"}}]'),
    ],
)
def test_tables_in_utf_16(tmp_path: Path, name: str, content: str, encoding: str) -> None:
    data = content.format(HEAD * 50, HEAD).encode(encoding)
    first, second = records(tmp_path, name, data)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.id, first.title, second.id) == ("1", "Größe", "2")


@given(st.text(max_size=200))
def test_any_text_in_utf_8_is_that_text(text: str) -> None:
    kept = text.encode("utf-8", "replace").decode()
    if not any(ord(char) < 32 for char in kept):
        assert decode(kept.encode(), None) == kept


@given(
    st.binary(max_size=300), st.sampled_from(["gb2312", "latin1", "shift_jis", "utf-8", "x", ""])
)
def test_any_bytes_are_text_or_a_value_error(data: bytes, label: str) -> None:
    try:
        text = decode_declared(data, label, None)
    except ValueError:
        return
    assert "\0" not in text


@given(st.text("aäöüßéñ ", min_size=60, max_size=200), st.integers(0, 200))
def test_one_stray_byte_changes_one_character(text: str, at: int) -> None:
    if len(text.encode()) - len(text) < 6:
        return
    place = min(at, len(text))
    data = text[:place].encode() + b"\xff" + text[place:].encode()
    notes: list[str] = []
    assert decode(data, None, notes) == text[:place] + "\ufffd" + text[place:]
    assert notes == ["1 byte was not UTF-8, shown as \ufffd"]


GERMAN = "Der Rat der Stadt Küstrow hat über die Brücke beraten; die Häfen wären größer."


def test_a_folder_in_one_encoding_is_told_in_one_sentence(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_bytes(f"{number}. {GERMAN}".encode("cp1252"))
    (tmp_path / "good.txt").write_text("Der Rat hört zu.", encoding="utf-8")
    found, error = read([tmp_path], ReadOptions(detect=lambda _: "de")).records
    assert isinstance(found, Article)
    assert isinstance(error, RecordError)
    assert "5 files are not UTF-8" in error.why
    assert "read them with --encoding cp1252" in error.why
    options = ReadOptions(detect=lambda _: "de", fallback_encoding="cp1252")
    assert all(isinstance(one, Article) for one in read([tmp_path], options).records)


@pytest.mark.parametrize(
    ("text", "codec", "proposed"),
    [
        (GERMAN, "cp1252", "cp1252"),
        ("Le maire a décidé que l’été serait très chaud à Besançon.", "cp1252", "cp1252"),
        ("Совет порта решил расширить северный канал на сорок метров.", "cp1251", "cp1251"),
        ("Совет порта решил расширить северный канал на сорок метров.", "koi8-r", "koi8_r"),
        ("港湾委員会は火曜日に北の水路を広げることを決めた。", "cp932", "cp932"),
    ],
)
def test_the_encoding_that_is_proposed(
    tmp_path: Path, text: str, codec: str, proposed: str
) -> None:
    (error,) = records(tmp_path, "a.txt", (text + "\n").encode(codec) * 5)
    assert proposed in str(error)


def test_a_table_in_another_encoding_is_told_once(tmp_path: Path) -> None:
    rows = "".join(f"{number},{GERMAN}\n" for number in range(50))
    found = records(tmp_path, "a.csv", f"id,text\n{rows}".encode("cp1252"))
    (error,) = [one for one in found if isinstance(one, RecordError)]
    assert "seems to be cp1252 (and 49 more lines or records)" in str(error)

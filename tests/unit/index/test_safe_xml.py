"""XML from anybody: what is refused, what is never fetched, and how far a look at the root goes."""

import pytest
from news_server import serving
from processor import at_most, memory_at_most

from index.errors import RecordError
from index.readers.safe_xml import line_of, paragraphs, parse_xml, root_name

BILLION_LAUGHS = "".join(
    ["<!ENTITY l0 'ha'>", *(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))]
)


def document(subset: str, body: str, encoding: str = "utf-8") -> bytes:
    text = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE r [{subset}]><r>{body}</r>"
    return text.encode(encoding)


def refused(data: bytes) -> str:
    with pytest.raises(RecordError) as caught:
        parse_xml(data, "a.xml")
    assert str(caught.value).startswith("a.xml: ")
    return caught.value.why


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-7"])
@pytest.mark.parametrize("body", ["<p>&l11;</p>", "<p a='&l11;'/>", "<p/>"])
def test_entity_bombs_are_refused_before_they_go_off(body: str, encoding: str) -> None:
    data = document(BILLION_LAUGHS, body, encoding)
    if encoding == "utf-7":
        data = data.replace(b"<!ENTITY", b"+ADwAIQ-ENTITY")
    parse_xml(b"<r/>", "a.xml")  # what is loaded once
    with at_most(cpu_s=2), memory_at_most(50_000):
        why = refused(data)
    assert "entities" in why or "not valid XML" in why


def test_a_bomb_of_one_large_entity() -> None:
    subset = f"<!ENTITY a '{'x' * 20_000}'>"
    assert "entities" in refused(document(subset, f"<p>{'&a;' * 20_000}</p>"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize(
    "subset",
    [
        "<!ENTITY x SYSTEM '{file}'>",
        "<!ENTITY x PUBLIC '-//x' '{file}'>",
        "<!ENTITY % y SYSTEM '{file}'>%y;<!ENTITY x 'z'>",
    ],
)
def test_external_entities_are_refused(
    tmp_path_factory: pytest.TempPathFactory, subset: str, encoding: str
) -> None:
    file = tmp_path_factory.mktemp("secrets") / "secret.txt"
    file.write_text("the secret", encoding="utf-8")
    data = document(subset.format(file=file.as_uri()), "<p>&x;</p>", encoding)
    assert "secret" not in refused(data).replace(str(file), "")


def test_an_entity_that_nobody_declared_is_refused() -> None:
    assert "nosuch" in refused(b"<r><p>&nosuch;</p></r>")
    assert "it uses the XML entity" in refused(
        b"<!DOCTYPE r SYSTEM 'r.dtd'><r><p>a&nosuch;b</p></r>"
    )


def test_the_five_entities_and_numbers_are_read() -> None:
    root = parse_xml(b"<r><p>a &lt;&gt;&amp;&quot;&apos; &#228;&#x1f5de;</p></r>", "a.xml")
    assert line_of(root) == "a <>&\"' ä\U0001f5de"


def test_nothing_is_fetched_and_nothing_included(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("secrets") / "secret.txt"
    file.write_text("the secret", encoding="utf-8")
    with serving() as news:
        news.pages |= {
            "/r.dtd": b"<!ELEMENT r ANY>",
            "/style.xsl": b"<x/>",
            "/inc.xml": b"<p>in</p>",
        }
        root = parse_xml(
            (
                f"<!DOCTYPE r SYSTEM '{news.url}/r.dtd'>"
                f"<?xml-stylesheet type='text/xsl' href='{news.url}/style.xsl'?>"
                "<r xmlns:xi='http://www.w3.org/2001/XInclude' "
                "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
                f"xsi:schemaLocation='urn:x {news.url}/r.xsd'>"
                f"<xi:include href='{news.url}/inc.xml'/>"
                f"<xi:include href='{file.as_uri()}' parse='text'/>"
                "<p>Text.</p></r>"
            ).encode(),
            "a.xml",
        )
        assert news.asked == []
    assert line_of(root) == "Text."
    assert [child.tag for child in root] == ["include", "include", "p"]


def test_deep_nesting_is_refused() -> None:
    deep = 100_000
    assert "not valid XML" in refused(b"<r>" * deep + b"</r>" * deep)
    fine = 200
    root = parse_xml(b"<r>" * fine + b"x" + b"</r>" * fine, "a.xml")
    assert (line_of(root), paragraphs(root)) == ("x", "x")


@pytest.mark.parametrize(
    "data", [b"", b"   ", b"<r>", b"<r></s>", b"no xml", b"<r a='1' a='2'/>"]
)  # fmt: skip
def test_damage_is_told(data: bytes) -> None:
    assert refused(data).startswith("not valid XML")


def test_bytes_of_another_encoding_are_told() -> None:
    assert "byte 3 (0xff) is not UTF-8" in refused(b"<r>\xff</r>")


def test_nuls_and_unknown_names_of_encodings_cost_nothing_else() -> None:
    notes: list[str] = []
    assert line_of(parse_xml(b"<r>a\0b</r>", "a.xml", notes)) == "ab"
    assert notes == ["1 NUL byte was dropped"]
    unknown = "<?xml version='1.0' encoding='no-such'?><r>\u00e4</r>".encode()
    assert line_of(parse_xml(unknown, "a.xml")) == "\u00e4"


def test_names_lose_their_namespaces() -> None:
    root = parse_xml(b"<x:r xmlns:x='urn:x'><y:p xmlns:y='urn:y'>T</y:p></x:r>", "a.xml")
    assert (root.tag, root[0].tag) == ("r", "p")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<nitf>", "nitf"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><!-- b > -->\n<x:newsItem>", "newsitem"),
        ("<?xml version='1.0'?><RDF/>".encode("utf-16"), "rdf"),
        (b"<!DOCTYPE nitf SYSTEM 'x' [<!ELEMENT a ANY>]><?pi x?><nitf>", "nitf"),
        (b"<!-- open <nitf>", ""),
        (b"nitf", ""),
        (b"", ""),
    ],
)  # fmt: skip
def test_the_root_is_found_in_the_first_bytes(head: bytes, name: str) -> None:
    assert root_name(head) == name


@pytest.mark.parametrize(
    "piece", [b"<!-- -->", b"<!--", b"<!-- a > -->\n", b"<?a?>", b"<!DOCTYPE a>", b"<!DOCTYPE a [",
              b"<a:"]
)  # fmt: skip
def test_looking_for_the_root_takes_no_time(piece: bytes) -> None:
    with at_most(cpu_s=1):
        for end in (b"", b"x", b"<", b"-->"):
            assert root_name(piece * 2000 + end) in ("", "a:a")

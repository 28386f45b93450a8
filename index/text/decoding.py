"""From bytes to text: encodings by their labels, as browsers read them, and bad bytes.

Labels are those of the WHATWG Encoding Standard (webencodings): what calls itself `iso-8859-1` is
Windows-1252, `gb2312` is GBK, `shift_jis` is Windows-31J. No encoding is guessed: a wrong guess
would silently put garbled words into the index. A stray byte in a text whose encoding is certain
costs that byte: it becomes U+FFFD, and a note says so.
"""

import codecs
import re

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.01
_MAX_CONTROLS = 2
_BINARY = "it is binary, not text; leave it out, or convert it to UTF-8"
_OTHER_THAN_ASCII = re.compile(r"[^\x00-\x7f\ufffd]")

_CODECS = {
    "gbk": "gb18030", "euc-kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs",
    "euc-jp": "euc_jis_2004", "iso-2022-jp": "iso2022_jp_2004", "iso-8859-8-i": "iso-8859-8",
    "x-mac-cyrillic": "mac-cyrillic", "macintosh": "mac-roman", "windows-874": "cp874",
    "x-user-defined": "cp1252",
}  # fmt: skip
"""Python's codecs for encodings of the standard that have another name there, or a narrower one."""

_JIS_X_0208 = (b"\x1b$B", b"\x1b$@")
_JIS_X_0213 = b"\x1b$(Q"
"""The larger set that contains the smaller one and the characters of vendors, such as `①`."""


_NOT_FOR_TEXTS = frozenset(
    {"utf_7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined"}
)
"""Codecs of Python that no document can mean, or that hide its markup."""


class NotDecodable(ValueError):
    """Bytes in an encoding that is not known; `sample` is a part of them."""

    def __init__(self, why: str, sample: bytes) -> None:
        super().__init__(why)
        self.sample = sample


def codec_of(label: str | None) -> str | None:
    """Python's name of the encoding that a label means to a browser; None if none is known."""
    import webencodings

    name = (label or "").strip().strip("\"'")
    if not name or not name.isascii():
        return None
    found = webencodings.lookup(name)
    if found is not None and found.name != "replacement":
        return _CODECS.get(found.name, str(found.name))
    if name.lower().replace("-", "_") in _NOT_FOR_TEXTS:
        return None
    try:
        b" ".decode(name, "ignore")
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return None


def decode(data: bytes, fallback_encoding: str | None, notes: list[str] | None = None) -> str:
    """The text of a file that does not declare its encoding: by byte order mark, else UTF-8.

    What is not UTF-8 is in `fallback_encoding`. Raises ValueError with the position and what to do.
    """
    encoding = marked_encoding(data)
    if encoding is not None and encoding != "utf-8":
        text, bad = _replaced(data, encoding)
        if bad * 20 > len(text):
            raise ValueError(f"it is not {encoding.upper()}, as its first bytes say; convert it")
        return without_nuls(_with_note(text.removeprefix("\ufeff"), bad, encoding, notes), notes)
    data = data.removeprefix(codecs.BOM_UTF8)
    refuse_binary(data)
    return decode_undeclared(data, fallback_encoding, notes)


def decode_undeclared(
    data: bytes,
    fallback_encoding: str | None,
    notes: list[str] | None = None,
    *,
    is_utf8: bool = False,
) -> str:
    """Text in UTF-8, if `is_utf8` also where bytes are not; else in `fallback_encoding`."""
    try:
        return without_nuls(data.decode(), notes)
    except UnicodeDecodeError as error:
        if is_utf8 or is_mostly_utf8(data, is_short_enough=fallback_encoding is None):
            return _noted(data, "utf-8", notes)
        if fallback_encoding is not None:
            return without_nuls(_decode_fallback(data, fallback_encoding), notes)
        raise NotDecodable(_why_not(error, "utf-8"), data) from error


def decode_declared(
    data: bytes, label: str | None, fallback_encoding: str | None, notes: list[str] | None = None
) -> str:
    """Text that declares its encoding; a byte order mark counts more.

    Raises ValueError if so many bytes do not fit that the declaration must be wrong.
    """
    codec = codec_of(label)
    # A declaration that could be read as ASCII is not UTF-16, whatever it says (HTML standard).
    is_unicode = codec is None or codec.startswith(("utf-8", "utf-16", "utf-32"))
    if marked_encoding(data) or codec is None:
        return decode(data, fallback_encoding, notes)
    if is_unicode:
        return decode_undeclared(
            data, fallback_encoding, notes, is_utf8=is_mostly_utf8(data, allowed_share=0.002)
        )
    text, bad = _replaced(data, codec)
    if bad > max(3, len(text) // 50):
        raise NotDecodable(
            f"it is not {label}, as it claims: {bad:,} bytes do not fit; convert it to UTF-8", data
        )
    return without_nuls(_with_note(text, bad, label or codec, notes), notes)


def decode_html(
    data: bytes,
    charset: str | None,
    fallback_encoding: str | None = None,
    notes: list[str] | None = None,
) -> str:
    """A page in the encoding that it declares, else in `charset`, which HTTP or MIME give."""
    declared = _DECLARED_HTML.search(data[:_DECLARED_WITHIN]) or _DECLARED_XML.match(data)
    label = declared[1].decode("ascii") if declared else charset
    return decode_declared(data, label, fallback_encoding, notes)


def decode_xml(
    data: bytes,
    *,
    label: str | None = None,
    fallback_encoding: str | None = None,
    notes: list[str] | None = None,
) -> bytes:
    """An XML document in UTF-8, without its declaration and what comes before it.

    `label` is the encoding that HTTP gives; the document's own counts if that does not fit. Raises
    ValueError.
    """
    data = data.lstrip(b" \t\r\n") if not marked_encoding(data) else data
    declared = _DECLARED_XML.match(data)
    own = declared[1].decode("ascii") if declared else None
    text = None
    if label and codec_of(label) and not marked_encoding(data):
        given, bad = _replaced(data, codec_of(label) or "")
        text = given if not bad else None
    if text is None:
        text = decode_declared(data, own, fallback_encoding, notes)
    text = _XML_DECLARATION.sub("", text.lstrip("\ufeff \t\r\n"), count=1)
    return _NOT_IN_XML.sub("", text).encode("utf-8", "replace")


_DECLARED_HTML = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED_WITHIN = 4096
_DECLARED_XML = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']\s*([\w.:-]{2,40})")
_XML_DECLARATION = re.compile(r"\A<\?xml\s[^>]*\?>")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def marked_encoding(data: bytes) -> str | None:
    """The encoding that a byte order mark announces, or zeros in every other byte."""
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None)
    return marked or _utf16_without_mark(data[:4096])


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 of mostly ASCII: no other text has zeros in most even places, and in no odd one."""
    if len(head) < 8 or b"\0" not in head:
        return None
    even, odd = head[::2], head[1::2]
    zeros = even.count(0), odd.count(0)
    if zeros[0] == 0 and zeros[1] > 0.6 * len(odd):
        return "utf-16-le"
    return "utf-16-be" if zeros[1] == 0 and zeros[0] > 0.6 * len(even) else None


def refuse_binary(data: bytes) -> None:
    """Raises ValueError if this is not text in any ASCII-compatible encoding."""
    if len(_CONTROLS.findall(data)) > max(_MAX_CONTROLS, _MAX_CONTROL_SHARE * len(data)):
        raise ValueError(_BINARY)


def is_mostly_utf8(
    data: bytes, *, is_short_enough: bool = True, allowed_share: float | None = None
) -> bool:
    """Whether bytes that are not UTF-8 are strays in a text that is.

    There are at least three times as many characters that UTF-8 writes in several bytes, which is
    never so by chance; or (`is_short_enough`) hardly any strays in a long text; or no larger share
    than `allowed_share` where the text declares UTF-8.
    """
    text, bad = _replaced(data, "utf-8")
    if bad == 0 or len(_OTHER_THAN_ASCII.findall(text)) >= 3 * bad:
        return True
    if allowed_share is not None:
        return bad <= max(3, allowed_share * len(data))
    return is_short_enough and (bad, len(data)) >= (1, 200) and bad <= 1 + (len(data) >= 2000)


def without_nuls(text: str, notes: list[str] | None) -> str:
    """The text without NUL characters; that there were some is noted."""
    count = text.count("\0")
    if count and notes is not None:
        notes.append(f"{_counted(count, 'NUL byte')} dropped")
    return text.replace("\0", "") if count else text


def _noted(data: bytes, codec: str, notes: list[str] | None) -> str:
    text, bad = _replaced(data, codec)
    return without_nuls(_with_note(text.removeprefix("\ufeff"), bad, codec, notes), notes)


def _with_note(text: str, bad: int, name: str, notes: list[str] | None) -> str:
    if bad and notes is not None:
        notes.append(f"{_counted(bad, 'byte')} not {name.upper()}, shown as \ufffd")
    return text


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}s were" if count > 1 else f"1 {what} was"


def _replaced(data: bytes, codec: str) -> tuple[str, int]:
    """The text, and how many U+FFFD stand for bytes that do not fit."""
    if codec.startswith("iso2022_jp"):
        for escape in _JIS_X_0208:
            data = data.replace(escape, _JIS_X_0213)
    try:
        return data.decode(codec), 0
    except UnicodeDecodeError:
        text = data.decode(
            codec, "newsearch.c1" if codec in ("cp1252", "windows-1252") else "replace"
        )
        meant = data.count(b"\xef\xbf\xbd") if codec == "utf-8" else 0
        return text, text.count("\ufffd") - meant


def _c1(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that Windows-1252 leaves free are control characters to browsers."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(map(chr, error.object[error.start : error.end])), error.end


codecs.register_error("newsearch.c1", _c1)


def _decode_fallback(data: bytes, encoding: str) -> str:
    try:
        return data.decode(codec_of(encoding) or encoding)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"it is neither UTF-8 nor {encoding}, from byte {error.start} on; convert it to UTF-8"
        ) from error


def _why_not(error: UnicodeDecodeError, encoding: str) -> str:
    byte = error.object[error.start]
    return (
        f"byte {error.start} (0x{byte:02x}) is not {encoding.upper()}; convert it to UTF-8, or "
        "name the encoding with --encoding (or the setting text_encoding), for example cp1252"
    )

"""Office documents, written part by part as Word and LibreOffice write them."""

import io
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"""  # noqa: E501
_CORE = """<?xml version="1.0" encoding="UTF-8"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
<dc:title>Draft 3</dc:title><dc:creator>Ada Holm;Bo Quill</dc:creator>
<cp:keywords>ferry</cp:keywords><cp:category>Local</cp:category>
<dcterms:created>2024-06-18T05:10:00Z</dcterms:created>
<dcterms:modified>2024-06-19T06:00:00Z</dcterms:modified></cp:coreProperties>"""
DOCX_BODY = """
<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Ferry tests begin</w:t></w:r></w:p>
<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>The ship</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">The ferry </w:t></w:r><w:hyperlink><w:r><w:t>left</w:t></w:r></w:hyperlink>
<w:del><w:r><w:delText> yesterday</w:delText></w:r></w:del>
<w:ins><w:r><w:t xml:space="preserve"> on Tuesday</w:t></w:r></w:ins>
<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:br/><w:t>at noon.</w:t></w:r>
<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Port</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Calls</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>Hullhaven</w:t></w:r></w:p></w:tc><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>3</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>
<w:sdt><w:sdtContent><w:p><w:r><w:t>It came back.</w:t></w:r></w:p></w:sdtContent></w:sdt>
"""  # noqa: E501
_FOOTNOTES = f"""<w:footnotes {W}>
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:t>By the harbour's clock.</w:t></w:r></w:p></w:footnote>
</w:footnotes>"""
ODT_BODY = """
<text:sequence-decls><text:sequence-decl text:name="Table"/></text:sequence-decls>
<text:p text:style-name="P1">Ferry tests begin</text:p>
<text:h text:outline-level="1">The ship</text:h>
<text:p>The ferry<text:s text:c="2"/><text:a>left</text:a> on Tuesday<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>By the harbour's clock.</text:p></text:note-body></text:note><text:line-break/>at noon.<office:annotation><text:p>Check!</text:p></office:annotation></text:p>
<table:table><table:table-row><table:table-cell><text:p>Port</text:p></table:table-cell><table:table-cell><text:p>Calls</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>Hullhaven</text:p></table:table-cell><table:table-cell><text:p>3</text:p></table:table-cell></table:table-row></table:table>
<text:list><text:list-item><text:p>It came back.</text:p></text:list-item></text:list>
"""  # noqa: E501
_ODT_SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_ODT_STYLES = (
    '<office:automatic-styles><style:style style:name="P1" style:parent-style-name="Title"/>'
    "</office:automatic-styles>"
)
_ODT_META = f"""<office:document-meta {_ODT_SPACES}><office:meta>
<meta:initial-creator>Ada Holm</meta:initial-creator><dc:creator>Bo Quill</dc:creator>
<meta:creation-date>2024-06-18T05:10:00</meta:creation-date><dc:date>2024-06-19T06:00:00</dc:date>
<dc:language>en-GB</dc:language></office:meta></office:document-meta>"""
_MANIFEST = "<manifest xmlns='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>{}</manifest>"


def docx(body: str = DOCX_BODY, prolog: str = "") -> bytes:
    """A Word document with this body."""
    document = f"{prolog}<w:document {W}><w:body>{body}</w:body></w:document>"
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": _RELATIONS,
            "word/document.xml": document,
            "word/footnotes.xml": _FOOTNOTES,
            "docProps/core.xml": _CORE,
        }
    )


def odt(body: str = ODT_BODY, manifest: str = "") -> bytes:
    """An OpenDocument text with this body."""
    content = (
        f"<office:document-content {_ODT_SPACES}>{_ODT_STYLES}<office:body><office:text>{body}"
        "</office:text></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": _MANIFEST.format(manifest),
            "content.xml": content,
            "meta.xml": _ODT_META,
        }
    )


def zipped(parts: dict[str, str]) -> bytes:
    """A zip of these parts; the type of an OpenDocument comes first, and uncompressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            # A fixed time, so that the bytes are the same on every day.
            entry = zipfile.ZipInfo(name, (2024, 6, 18, 5, 10, 0))
            is_type = name == "mimetype"
            entry.compress_type = zipfile.ZIP_STORED if is_type else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return file.getvalue()

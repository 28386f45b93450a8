"""METS, the structure of a digitised issue whose pages are ALTO or PAGE files: its articles.

Two shapes are read: divisions of the logical structure that point at the pages themselves, and
those that are linked to areas of the physical structure, as the British Library has them. What no
article claims becomes an article for each page. Pages are files below the METS file's folder.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from index.errors import RecordError
from index.readers import alto, page_xml
from index.readers.format import Format, Record
from index.readers.left_out import LeftOut
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.safe_xml import MAX_FILE_BYTES, Element, line_of, parse_xml, root_name
from index.readers.scanned_page import ScannedPage, ScannedText
from index.readers.source import InputFile, failures, shown
from index.text.language_names import tag_of_name

_XLINK = "{http://www.w3.org/1999/xlink}"
_ARTICLES = frozenset(
    {"advert", "advertisement", "article", "caricature", "deathnotice", "illustration", "item",
     "letter", "obituary", "poem", "review", "weather"}
)  # fmt: skip
_MIN_REST_WORDS = 10
"""Fewer words that belong to no article are a page number or a running title."""

_WORD = re.compile(r"[^\W\d_]{3}")
_HREF = re.compile(rb"href\s*=\s*[\"']([^\"']{1,1000})[\"']")
_BEGINS_LIKE_METS = 4096


@dataclass(frozen=True, slots=True)
class _Area:
    """A part of a page file: from the element `first` to the element `last`; None: all of it."""

    file: str
    first: str | None
    last: str | None


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The articles of the issue, and what no article claims, by page. Raises RecordError."""
    if source.path is None:
        raise RecordError(
            source.place, "its pages are other files: unpack them into one folder, and index that"
        )
    root = parse_xml(source.read_all(MAX_FILE_BYTES), source.place)
    issue = _Issue(root, source.path.parent, source.place)
    base = root.get("OBJID") or source.id_hint
    left_out = LeftOut(source.place)
    for division in issue.divisions():
        yield from _article(issue, division, base, options, left_out)
    yield from _rests(issue, base, options)
    yield from left_out.report()


def _article(
    issue: "_Issue", division: Element, base: str, options: ReadOptions, left_out: LeftOut
) -> Iterator[Record]:
    name = division.get("ID") or division.get("DMDID") or "article"
    place = f"{issue.place}#{name}"
    try:
        text = ScannedText()
        for area in issue.areas(division):
            text.add(*issue.claimed(area))
    except RecordError as error:
        yield error
        return
    if not _WORD.search(text.text):
        left_out.count("division without words")
    else:
        about = issue.fields(division)
        yield article_or_error(_merged(about, text, f"{base}/{name}"), place, options)


def _rests(issue: "_Issue", base: str, options: ReadOptions) -> Iterator[Record]:
    for file in issue.page_files():
        try:
            page, spans = issue.unclaimed(file)
        except RecordError as error:
            yield error
            continue
        if sum(end - first for first, end in spans) < _MIN_REST_WORDS:
            continue
        text = ScannedText()
        text.add(page, spans)
        fields = _merged(issue.fields(None), text, f"{base}/page-{page.name}")
        yield article_or_error(fields, f"{issue.place}#page {page.name}", options)


def _merged(about: Mapping[str, Any], text: ScannedText, article_id: str) -> dict[str, Any]:
    found = text.fields()
    return {
        **about, **found, "id": article_id,
        "metadata": {**about["metadata"], **found["metadata"]},
    }  # fmt: skip


class _Issue:
    def __init__(self, root: Element, folder: Path, place: str) -> None:
        self.place = place
        self._root = root
        self._folder = folder
        self._hrefs = {
            file.get("ID"): location.get(f"{_XLINK}href")
            for file in root.iter("file")
            for location in file.iterchildren("FLocat")
        }
        self._by_id = {one.get("ID"): one for one in root.iter("div") if one.get("ID")}
        self._sections = {one.get("ID"): one for one in root.iter("dmdSec")}
        self._links = _links(root)
        self._names = self._page_names()
        self._claimed: dict[str, set[int]] = {}
        self._page = functools.lru_cache(maxsize=8)(self._read_page)

    def divisions(self) -> Iterator[Element]:
        """The articles of the logical structure, in order."""
        for structure in self._root.iter("structMap"):
            if (structure.get("TYPE") or "").upper().startswith("LOGICAL"):
                yield from (one for one in structure.iter("div") if _is_article(one))

    def areas(self, division: Element) -> Iterator[_Area]:
        """The parts of pages that make up an article, in order."""
        own = [one for one in division.iter("div") if one is division or not _is_article(one)]
        for div in own:
            if not any(_is_article(one) and one is not division and one in own
                       for one in div.iterancestors("div")):  # fmt: skip
                yield from self._pointed(div)
                for linked in self._links.get(div.get("ID"), ()):
                    if linked in self._by_id:
                        yield from self._pointed(self._by_id[linked])

    def _pointed(self, div: Element) -> Iterator[_Area]:
        for pointer in div.iterchildren("fptr"):
            found = list(pointer.iter("area")) or [pointer]
            for area in found:
                file = area.get("FILEID")
                if self._is_page(file):
                    begin = area.get("BEGIN")
                    yield _Area(file, begin, area.get("END") or begin)

    def _is_page(self, file: str | None) -> bool:
        return file in self._names and str(self._hrefs.get(file, "")).lower().endswith(".xml")

    def page_files(self) -> list[str]:
        """The ids of the files of the pages, in order; of several for one page the first."""
        by_page = {
            self._names[file]: file
            for file in reversed(self._names)
            if file is not None and self._is_page(file)
        }
        return list(reversed(by_page.values()))

    def claimed(self, area: _Area) -> tuple[ScannedPage, list[tuple[int, int]]]:
        """The page and the words of an area. Raises RecordError."""
        page = self._page(area.file)
        first, end = 0, len(page.words)
        if area.first is not None:
            spans = [page.spans.get(one) for one in (area.first, area.last) if one]
            known = [one for one in spans if one is not None]
            if not known:
                raise RecordError(self.place, f"its page {page.name} has no element {area.first}")
            first, end = min(one[0] for one in known), max(one[1] for one in known)
        self._claimed.setdefault(area.file, set()).update(range(first, end))
        return page, [(first, end)]

    def unclaimed(self, file: str) -> tuple[ScannedPage, list[tuple[int, int]]]:
        """The page and the words that belong to no article. Raises RecordError."""
        page = self._page(file)
        claimed = self._claimed.get(file, set())
        free = [number for number in range(len(page.words)) if number not in claimed]
        spans: list[tuple[int, int]] = []
        for number in free:
            if spans and spans[-1][1] == number:
                spans[-1] = (spans[-1][0], number + 1)
            else:
                spans.append((number, number + 1))
        return page, spans

    def fields(self, division: Element | None) -> dict[str, Any]:
        """What the descriptions say: of an article, or of the issue alone."""
        own = None if division is None else self._description(division)
        around = [self._description(one) for one in division.iterancestors("div")] if (
            division is not None) else []  # fmt: skip
        issues = [one for one in [*around, *self._sections.values()] if one is not None]
        kind = None if division is None else (division.get("TYPE") or "").lower()
        language = _mods(own, "languageTerm") or _first(issues, "languageTerm")
        return {
            "title": _title(own) or (None if division is None else division.get("LABEL")),
            "date": _first(issues, "dateIssued"),
            "source": _source(issues),
            "lang": language and (tag_of_name(language) or language),
            "section": "Advertisement" if kind and kind.startswith("advert") else None,
            "metadata": {},
        }

    def _description(self, division: Element) -> Element | None:
        names = (division.get("DMDID") or "").split()
        return next((self._sections[name] for name in names if name in self._sections), None)

    def _page_names(self) -> dict[str | None, str]:
        """The names of pages by the ids of their files, in their order."""
        names: dict[str | None, str] = {}
        for structure in self._root.iter("structMap"):
            if (structure.get("TYPE") or "").upper() != "PHYSICAL":
                continue
            pages = [
                one for one in structure.iter("div") if (one.get("TYPE") or "").lower() == "page"
            ]
            for number, page in enumerate(pages, start=1):
                name = page.get("ORDERLABEL") or page.get("ORDER") or str(number)
                for pointer in page.iter("fptr", "area"):
                    if pointer.get("FILEID"):
                        names.setdefault(pointer.get("FILEID"), name)
        return names

    def _read_page(self, file: str) -> ScannedPage:
        path = _below(self._folder, str(self._hrefs.get(file) or ""))
        if path is None:
            raise RecordError(
                self.place, f"the page {file} is not below its folder; it is not read"
            )
        with failures(shown(path)):
            data = path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else None
        if data is None:
            raise RecordError(shown(path), f"it has more than {MAX_FILE_BYTES:,} bytes")
        root = parse_xml(data, shown(path))
        page = page_xml.page_of(root) if root.tag == "PcGts" else alto.page_of(root)
        if not page.words and root.tag not in ("PcGts", "alto"):
            raise RecordError(shown(path), f"XML with the root {root.tag} is no page of an issue")
        page.name = self._names.get(file) or page.name
        return page


def _is_article(division: Element) -> bool:
    return (division.get("TYPE") or "").lower().replace("_", "") in _ARTICLES


def _links(root: Element) -> dict[str | None, list[str]]:
    """The physical divisions that each logical one is linked to, in order."""
    links: dict[str | None, list[str]] = {}
    for group in root.iter("smLinkGrp"):
        targets = [
            str(one.get(f"{_XLINK}href") or "").lstrip("#") for one in group.iter("smLocatorLink")
        ]
        if len(targets) > 1:
            links.setdefault(targets[0], []).extend(targets[1:])
    for link in root.iter("smLink"):
        start, end = (str(link.get(f"{_XLINK}{one}") or "").lstrip("#") for one in ("from", "to"))
        links.setdefault(start, []).append(end)
    return links


def _mods(section: Element | None, name: str) -> str | None:
    """The first element of this name in a description."""
    return None if section is None else line_of(next(section.iter(name), None))


def _first(sections: list[Element], name: str) -> str | None:
    return next((found for one in sections if (found := _mods(one, name))), None)


def _title(section: Element | None) -> str | None:
    info = None if section is None else next(section.iter("titleInfo"), None)
    if info is None:
        return None
    parts = [line_of(info.find(name)) for name in ("nonSort", "title", "subTitle")]
    return " ".join(part for part in parts if part) or None


def _source(sections: list[Element]) -> str | None:
    """The newspaper: the title of the description that has the date of issue."""
    dated = (one for one in sections if _mods(one, "dateIssued"))
    title = next((found for one in dated if (found := _title(one))), None)
    return title.rstrip(".") if title else None


def _below(folder: Path, href: str) -> Path | None:
    """The file of a relative address, if it is below the folder."""
    relative = unquote(re.sub(r"\Afile:/{0,3}(?:\./)?", "", href))
    path = (folder / relative).resolve()
    return path if relative and path.is_relative_to(folder.resolve()) else None


def is_page_of_issue(source: InputFile) -> bool:
    """Whether a METS file in the folder of a page, or in the one above, has this page."""
    if source.path is None:
        return False
    path = source.path.resolve()
    for folder in (path.parent, path.parent.parent):
        with failures(shown(folder)):
            changed_ns = folder.stat().st_mtime_ns
        if path in _pages_listed(folder, changed_ns):
            return True
    return False


@functools.lru_cache(maxsize=64)
def _pages_listed(folder: Path, _changed_ns: int) -> frozenset[Path]:
    """The files below a folder that METS files in it name, as of its last change."""
    found: set[Path] = set()
    try:
        files = [one for one in folder.iterdir() if one.suffix.lower() == ".xml"]
        for file in (one for one in files if "mets" in one.name.lower()):
            with file.open("rb") as stream:
                if root_name(stream.read(_BEGINS_LIKE_METS)) != "mets":
                    continue
                stream.seek(0)
                hrefs = _HREF.findall(stream.read(MAX_FILE_BYTES))
            paths = (_below(folder, href.decode("utf-8", "replace")) for href in hrefs)
            found.update(path for path in paths if path is not None)
    except OSError:
        # A folder that cannot be listed: the page is read by itself.
        return frozenset()
    return frozenset(found)


FORMAT = Format(
    name="mets",
    about="digitised issues: METS with its pages in ALTO; an article for each that it names",
    suffixes=(),
    recognised_by="its root `mets`",
    read_articles=read_articles,
    recognises=lambda head: root_name(head) == "mets",
    fields=(
        ("id", "`@OBJID`, else the file's name, and the `ID` of the article's division"),
        ("title", "the title of its MODS, else `@LABEL`"),
        ("date", "`dateIssued` of the issue"),
        ("source", "the title of the issue"),
        ("lang", "`languageTerm` of the article, else of the issue"),
        ("section", "`Advertisement` for those"),
        *alto.FIELDS,
    ),
)

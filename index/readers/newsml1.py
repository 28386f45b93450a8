"""NewsML 1.0 to 1.2, which agencies still send: an article per NewsItem.

A NewsItem is a tree of components; the headline, the language and what else describes the text are
found on the nearest component around it that has them. Of several texts, the main one counts.
"""

from collections.abc import Iterator
from typing import Any

from index.errors import RecordError
from index.feeds.markup import text_of
from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.safe_xml import (
    MAX_FILE_BYTES,
    Element,
    line_of,
    paragraphs,
    parse_xml,
    root_name,
)
from index.readers.source import InputFile

_MAIN_ROLES = ("main", "body", "main text", "maintext", "story")
_NO_TEXT_ROLES = frozenset(
    {"headline", "subheadline", "stylesheet", "logo", "contact", "caption", "photo", "picture",
     "graphic", "video", "audio", "thumbnail", "preview", "quicklook"}
)  # fmt: skip
_NO_TEXT_TYPES = ("css", "jpeg", "image", "video", "audio", "javascript", "gif", "png")
_REMOVALS = ("delete", "kill", "cancel", "canceled", "cancelled")


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every NewsItem. Raises RecordError if the file cannot be read."""
    root = parse_xml(source.read_all(MAX_FILE_BYTES), source.place)
    items = list(root.iter("NewsItem"))
    if not items:
        raise RecordError(source.place, "it contains no NewsItem")
    sender = _party(root.find("NewsEnvelope/SentFrom"))
    for number, item in enumerate(items, start=1):
        fields = _Item(item).fields(sender)
        is_only = len(items) == 1
        name = fields["id"] or f"NewsItem {number}"
        place = source.place if is_only else f"{source.place}#{name}"
        if is_only and fields["id"] is None:
            fields["id"] = source.id_hint
        yield article_or_error(fields, place, options)


class _Item:
    """One NewsItem; `main` is the ContentItem with its text, if there is one."""

    def __init__(self, item: Element) -> None:
        self._item = item
        contents = [one for one in item.iter("ContentItem") if self._is_text(one)]
        main = [one for one in contents if _role(one) in _MAIN_ROLES]
        self._main = max(main or contents, key=lambda one: len(_text(one)), default=None)
        around = [] if self._main is None else list(self._main.iterancestors("NewsComponent"))
        # From the nearest component outwards; what only siblings of the text have comes last.
        self._components = around + [one for one in item.iter("NewsComponent") if one not in around]

    def _is_text(self, content: Element) -> bool:
        if next(content.iterancestors("NewsItem")) is not self._item:
            return False
        kinds = [_formal_name(content.find(name)) for name in ("MediaType", "Format", "MimeType")]
        is_other = any(one in kind.lower() for kind in kinds if kind for one in _NO_TEXT_TYPES)
        return not is_other and _role(content) not in _NO_TEXT_ROLES and bool(_text(content))

    def fields(self, sender: str | None) -> dict[str, Any]:
        """The fields of the article; `sender` provides it, if no component says who does."""
        identifier = "Identification/NewsIdentifier"
        management = self._item.find("NewsManagement")
        title = self._line("NewsLines/HeadLine")
        slugline = self._line("NewsLines/SlugLine") or self._of_item("Identification/NameLabel")
        return {
            "id": self._id(),
            "version": _digits(self._of_item(f"{identifier}/RevisionId")),
            "title": title or slugline,
            "text": "" if self._main is None else _text(self._main),
            "lang": self._name("DescriptiveMetadata/Language")
            or self._item.get("{http://www.w3.org/XML/1998/namespace}lang"),
            "date": self._line("DescriptiveMetadata/DateLineDate")
            or self._of_item("NewsManagement/FirstCreated"),
            "created": self._of_item("NewsManagement/FirstCreated"),
            "updated": self._of_item("NewsManagement/ThisRevisionCreated"),
            "embargo": _embargo(management),
            "usage": _usage(management),
            "urgency": _formal_name(self._item.find("NewsManagement/Urgency")),
            "provider": self._party("Provider") or sender,
            "source": self._party("Source"),
            "slugline": slugline,
            "byline": self._line("NewsLines/ByLine"),
            "dateline": self._line("NewsLines/DateLine"),
            "authors": self._authors(),
            "place": self._place(),
            "subjects": [
                {"code": one.get("FormalName"), "name": line_of(one.find("Comment"))}
                for code in self._item.iter("SubjectCode")
                for one in code
                if one.get("FormalName")
            ],
            "metadata": self._metadata(),
        }

    def _id(self) -> str | None:
        """The public identifier without the revision, which all versions share."""
        public = self._of_item("Identification/NewsIdentifier/PublicIdentifier")
        revision = self._item.find("Identification/NewsIdentifier/RevisionId")
        if public is None or revision is None:
            return public
        update = str(revision.get("Update") or "")
        number = line_of(revision) or ""
        return public.removesuffix(f":{number}{update}").removesuffix(f":{number}")

    def _of_item(self, path: str) -> str | None:
        return line_of(self._item.find(path))

    def _line(self, path: str) -> str | None:
        return next((line for one in self._components if (line := line_of(one.find(path)))), None)

    def _name(self, path: str) -> str | None:
        found = (_formal_name(one.find(path)) for one in self._components)
        return next((name for name in found if name), None)

    def _party(self, role: str) -> str | None:
        path = f"AdministrativeMetadata/{role}"
        return next((name for one in self._components if (name := _party(one.find(path)))), None)

    def _authors(self) -> list[str]:
        """Those who made it, by name; initials such as `ab/cd` are no names."""
        parties = (
            _named(party)
            for component in self._components[:1]
            for party in component.iterfind("AdministrativeMetadata/Creator/Party")
        )
        return [name for name in parties if name and "/" not in name]

    def _place(self) -> str | None:
        for component in self._components:
            for location in component.iterfind("DescriptiveMetadata/Location"):
                properties = {
                    one.get("FormalName"): one.get("Value") for one in location.iter("Property")
                }
                if city := properties.get("City"):
                    return str(city)
        return None

    def _metadata(self) -> dict[str, Any]:
        keywords = [line_of(one) for one in self._item.iter("KeywordLine")] + [
            one.get("Value")
            for one in self._item.iterfind(".//DescriptiveMetadata/Property")
            if one.get("FormalName") == "Keyword"
        ]
        found = {
            "keywords": list(dict.fromkeys(word for word in keywords if word)),
            "subheadline": self._line("NewsLines/SubHeadLine"),
            "copyright": self._line("NewsLines/CopyrightLine"),
            "genre": self._name("DescriptiveMetadata/Genre"),
        }
        return {name: value for name, value in found.items() if value}


def _role(content: Element) -> str:
    component = next(content.iterancestors("NewsComponent"), None)
    role = None if component is None else _formal_name(component.find("Role"))
    return (role or "").lower()


def _text(content: Element) -> str:
    data = content.find("DataContent")
    if data is None:
        return ""
    if not len(data):
        # Plain text, or HTML that was escaped.
        return text_of("".join(data.itertext()))
    return paragraphs(next(data.iter("body.content", "body"), data))


def _usage(management: Element | None) -> str | None:
    if management is None:
        return None
    for name in ("Instruction", "Status"):
        for one in management.iterfind(name):
            if (_formal_name(one) or "").lower() in _REMOVALS:
                return "cancelled"
    return _formal_name(management.find("Status"))


def _embargo(management: Element | None) -> str | None:
    """When the status becomes usable, if it is not yet."""
    if management is None:
        return None
    for change in management.iterfind("StatusWillChange"):
        if (_formal_name(change.find("FutureStatus")) or "").lower() == "usable":
            return line_of(change.find("DateAndTime"))
    return None


def _party(element: Element | None) -> str | None:
    return None if element is None else _named(element.find("Party"))


def _named(party: Element | None) -> str | None:
    """The name of a party: that of its organisation, if it has only a code."""
    if party is None:
        return None
    for one in party.iterfind("Property"):
        if one.get("FormalName") == "Organization" and one.get("Value"):
            return str(one.get("Value"))
    return _formal_name(party)


def _formal_name(element: Element | None) -> str | None:
    if element is None:
        return None
    name = (element.get("FormalName") or "").strip()
    return name or line_of(element)


def _digits(value: str | None) -> str | None:
    return value if value is not None and value.isascii() and value.isdigit() else None


FORMAT = Format(
    name="newsml-1",
    about="NewsML 1.0 to 1.2 of the IPTC",
    suffixes=(),
    recognised_by="its root `NewsML`",
    read_articles=read_articles,
    recognises=lambda head: root_name(head) == "newsml",
    fields=(
        ("id", "`PublicIdentifier` without the revision; of a single item else the file's name"),
        ("version", "`RevisionId`"),
        ("title", "`NewsLines/HeadLine`, else the slugline"),
        ("text", "the `DataContent` of the role `Main` or `Body`, else the longest"),
        ("lang", "`Language`, else `@xml:lang`"),
        ("date", "`DateLineDate`, else `FirstCreated`"),
        ("created", "`FirstCreated`"),
        ("updated", "`ThisRevisionCreated`"),
        ("embargo", "`StatusWillChange` to usable"),
        ("usage", "`Status`; `cancelled` if an `Instruction` says so"),
        ("provider", "`Provider`, else `SentFrom`"),
        ("source", "`Source`"),
        ("urgency", "`Urgency`"),
        ("slugline", "`NewsLines/SlugLine`, else `NameLabel`"),
        ("byline", "`NewsLines/ByLine`"),
        ("dateline", "`NewsLines/DateLine`"),
        ("authors", "`Creator`"),
        ("place", "the city of `Location`"),
        ("subjects", "`SubjectCode`"),
        ("metadata.keywords", "`NewsLines/KeywordLine`, `Property` `Keyword`"),
        ("metadata.subheadline", "`NewsLines/SubHeadLine`"),
        ("metadata.copyright", "`NewsLines/CopyrightLine`"),
        ("metadata.genre", "`DescriptiveMetadata/Genre`"),
    ),
)

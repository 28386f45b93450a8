"""WordPress exports (WXR), read item by item, whatever their size.

A post that is not public is withheld, and so is one behind a password; menus, revisions and files
are no articles.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from index.feeds import wordpress
from index.feeds.markup import text_of
from index.readers.format import Format, Record
from index.readers.left_out import LeftOut
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.safe_xml import Element, elements_of, line_of, root_name
from index.readers.source import InputFile
from index.readers.wordpress_posts import NO_SECTION, local_date, post_text, utc_date

_NAMESPACE = b"http://wordpress.org/export/"


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every post and page. Raises RecordError if the file cannot be read."""
    left_out = LeftOut(source.place)
    site: dict[str, Any] = {"names": {}}
    for element in elements_of(source, "channel", ("item", "author", "title", "language")):
        if element.tag == "item":
            item = _Item(element)
            if not item.line("status"):
                # It may be cut off before the status that says it is a draft.
                left_out.count("item without a status")
            elif item.is_article:
                place = f"{source.place}#{item.line('post_id') or item.line('guid')}"
                yield article_or_error(item.fields(site), place, options)
            else:
                left_out.count(item.line("post_type") or "item without a type")
        elif element.tag == "author":
            login = line_of(element.find("author_login"))
            site["names"][login] = line_of(element.find("author_display_name")) or login
        else:
            site.setdefault(element.tag, line_of(element))
    yield from left_out.report()


class _Item:
    def __init__(self, item: Element) -> None:
        self._item = item
        self._status = {
            f"wp_{name}": self.line(name) or "" for name in ("status", "post_password", "post_type")
        }

    @property
    def is_article(self) -> bool:
        """Whether it is a post, a page or of another kind that is read."""
        return wordpress.is_article(self._status, "wp")

    def line(self, name: str) -> str | None:
        """The text of one of its elements, on one line."""
        return line_of(self._item.find(name))

    def fields(self, site: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of the article; `site` has the title, the language and the authors' names."""
        login = self.line("creator")
        contents = [one.text or "" for one in self._item.iterfind("encoded")]
        categories = [
            (one.get("domain"), name)
            for one in self._item.iterfind("category")
            if (name := line_of(one))
        ]
        sections = [name for domain, name in categories if domain == "category"]
        date = utc_date(self.line("post_date_gmt")) or local_date(self.line("post_date"))
        return {
            "id": self.line("guid"),
            "title": text_of(self.line("title") or ""),
            # Content and excerpt have the same name but for their namespaces; content comes first.
            "text": next((text for one in contents if (text := post_text(one))), ""),
            "date": date or self.line("pubDate"),
            "updated": utc_date(self.line("post_modified_gmt")),
            "authors": [site["names"].get(login, login)] if login else [],
            "source": site.get("title"),
            "lang": site.get("language"),
            "url": self.line("link"),
            "section": next((one for one in sections if one.lower() != NO_SECTION), None),
            "usage": wordpress.usage(self._status, "wp"),
            "metadata": {"categories": [name for _, name in categories]} if categories else {},
        }


FORMAT = Format(
    name="wordpress",
    about="WordPress exports (WXR), and posts of its REST interface in any JSON",
    suffixes=(".wxr",),
    recognised_by="its namespace; in JSON `title` and `content` with `rendered`",
    read_articles=read_articles,
    recognises=lambda head: root_name(head) == "rss" and _NAMESPACE in head,
    fields=(
        ("id", "`guid`"),
        ("title", "`title`"),
        ("text", "the content without shortcodes, else the excerpt"),
        ("date", "`post_date_gmt`, `date_gmt`; else that of the site's clock"),
        ("updated", "`post_modified_gmt`, `modified_gmt`"),
        ("authors", "the display name of the author; in JSON only with `_embed`"),
        ("source", "the site's title"),
        ("lang", "the site's language"),
        ("url", "`link`"),
        ("section", "the first category; in JSON only with `_embed`"),
        ("usage", "`withheld` unless `publish` and without a password"),
        ("metadata.categories", "categories and tags"),
    ),
)

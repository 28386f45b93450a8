"""Every limit with its name and value, for one table in the documentation.

A limit is a setting or a constant. Its value is read from where it holds, so the table is never
wrong about it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from api.alerts import delivery
from api.http import connections
from api.http import limits as http_limits
from api.http.access import gate
from api.http.admission import request_body
from api.mcp import server as tools
from api.schemas import alerts as alert_bodies
from api.schemas import parameters
from api.settings.settings import BY_NAME
from api.stores import jobs
from index.backup import restoring
from index.feeds import document as feeds
from index.groups import tables as groups
from index.lexical import vocabulary
from index.local import writer
from index.outbound import client as outbound
from index.readers import (
    containers,
    csv_file,
    feed_file,
    html,
    json_file,
    jsonl,
    mail,
    markdown,
    pdf,
    plain_text,
    rtf,
    safe_xml,
    source,
    sqlite_table,
    transcript,
    wire_messages,
)
from index.records import news_fields, normalise, record_fields
from search import facet_types, request
from search.paging import seal
from search.parse import limits as query
from search.results import (
    similar,
    spelling,
    stories,
    suggest,
    trends,
)
from search.retrieval import candidates

REFUSED = "400"


@dataclass(frozen=True, slots=True)
class Limit:
    """`name` is a setting's, or MODULE.CONSTANT; `beyond` says what happens to more."""

    what: str
    name: str
    value: str
    beyond: str


def _setting(what: str, name: str, beyond: str) -> Limit:
    return Limit(what, name, BY_NAME[name].default_text.strip("`"), beyond)


def _constant(what: str, module: ModuleType, constant: str, beyond: str, unit: str = "") -> Limit:
    value = getattr(module, constant)
    shown = f"{value:,}" if isinstance(value, int) else f"{value:g}"
    return Limit(what, f"{module.__name__}.{constant}", f"{shown} {unit}".strip(), beyond)


def _outbound(what: str, field: str, unit: str) -> Limit:
    value = getattr(outbound.Limits(), field)
    return Limit(what, f"{outbound.__name__}.Limits.{field}", f"{value:,} {unit}", "an error")


def all_limits() -> Iterator[Limit]:
    """Yield all limits, from the outside in."""
    yield from _of_the_server()
    yield from _of_questions()
    yield from _of_articles()
    yield from _of_files()
    yield from _of_other_servers()


def _of_the_server() -> Iterator[Limit]:
    yield _setting("requests per second, per key or address", "rate_per_s", "429")
    yield _setting("requests at once, per key or address", "rate_burst", "429")
    yield _constant("wrong keys at once, per address", gate, "FAILURES_AT_ONCE", "429")
    yield _setting("reads handled at once, and as many writes", "max_concurrent", "they wait")
    yield _setting("reads waiting, and as many writes", "max_queued", "503 `overloaded`")
    yield _setting("seconds a read may take", "request_deadline_s", "503 `took-too-long`")
    yield _constant("URL and headers", http_limits, "MAX_HEAD_BYTES", REFUSED, "bytes")
    yield _constant("the time to send them", connections, "HEAD_S", "closed", "s")
    yield _constant("silence within a body", request_body, "SILENCE_S", "408", "s")
    yield _constant("a body other than articles", http_limits, "QUESTION_BYTES", "413", "bytes")
    yield _setting("bytes of articles answered at once", "max_body_bytes", "a job")
    yield _setting("bytes of articles imported by a job", "max_bulk_bytes", "413")
    yield _setting("articles in one request", "max_batch", "413")
    yield _setting("seconds a post waits for the index", "index_wait_s", "`searchable: false`")
    yield _constant("finished jobs", jobs, "KEPT_JOBS", "the oldest are deleted")
    yield _constant("attempts to deliver an alert", delivery, "MOST_ATTEMPTS", "it is dropped")
    yield _constant("the name of an alert", alert_bodies, "MAX_NAME_CHARS", REFUSED, "characters")
    yield _constant("how long a replaced snapshot is kept", writer, "KEEP_SNAPSHOTS_S", "410", "s")
    yield _constant("replaced snapshots kept", writer, "KEEP_SNAPSHOTS_MAX", "410")
    yield _constant("how long replaced copies and stories are kept", groups, "KEPT_S", "410", "s")


def _of_questions() -> Iterator[Limit]:
    yield _constant("any text in a request", parameters, "MAX_QUERY_CHARS", REFUSED, "characters")
    yield _constant("values of one filter", parameters, "MAX_VALUES", REFUSED)
    yield _constant("a query", query, "MAX_LENGTH", REFUSED, "characters")
    yield _constant("phrases, patterns and fields in a query", query, "MAX_CLAUSES", REFUSED)
    yield _constant("parentheses inside parentheses", query, "MAX_DEPTH", REFUSED)
    yield _constant('the window of `"near words"~n`', query, "MAX_SLOP", REFUSED, "words")
    yield _constant("a boost", query, "MAX_BOOST", REFUSED)
    yield _constant(
        "letters after a leading `*`, at least", query, "MIN_LITERALS_BEHIND_WILDCARD", REFUSED
    )
    yield _constant("words matching a pattern", vocabulary, "MAX_EXPANSION", REFUSED)
    yield _constant("hits on a page", request, "MAX_LIMIT", REFUSED)
    yield _constant(
        "candidates by words, and by meaning, in hybrid search",
        candidates,
        "LEG_DEPTH",
        "not ranked",
    )
    yield _constant(
        "hits of keyword or semantic search, on all pages", candidates, "SINGLE_DEPTH", "not ranked"
    )
    yield _constant("a cursor", seal, "MAX_CHARACTERS", REFUSED, "characters")
    yield _constant("values of a facet", facet_types, "MAX_VALUES", REFUSED)
    yield _constant(
        "steps of a timeline", facet_types, "MAX_BINS", "400 with `by`, else the newest"
    )
    yield _constant("queries in one trends request", trends, "MAX_QUERIES", REFUSED)
    yield _constant("suggestions", suggest, "MAX_SUGGESTIONS", REFUSED)
    yield _constant("characters to complete", suggest, "MAX_CHARACTERS", "none")
    yield _constant("words in a query to correct", spelling, "MOST_WORDS", "no correction")
    yield _constant("similar articles", similar, "MAX_SIMILAR", REFUSED)
    yield _constant("stories on a page", stories, "MAX_STORIES", REFUSED)
    yield _constant("articles of a story at once", stories, "MAX_ARTICLES", REFUSED)
    yield _constant("articles in a tool's answer", tools, "MOST_ARTICLES", "an error")
    yield _constant("characters of an article for a tool", tools, "MOST_CHARACTERS", "in parts")


def _of_articles() -> Iterator[Limit]:
    reported = "the record is reported"
    yield _constant("a text", normalise, "MAX_TEXT_CHARS", reported, "characters")
    yield _constant("a title", normalise, "MAX_TITLE_CHARS", reported, "characters")
    yield _constant("an id", normalise, "MAX_ID_CHARS", reported, "characters")
    yield _constant("a URL", normalise, "MAX_URL_CHARS", reported, "characters")
    yield _constant("authors", normalise, "MAX_AUTHORS", reported)
    yield _constant("subjects", news_fields, "MAX_SUBJECTS", reported)
    yield _constant("a name", record_fields, "MAX_NAME_CHARS", reported, "characters")
    yield _constant("metadata", normalise, "MAX_METADATA_CHARS", reported, "characters")


def _of_files() -> Iterator[Limit]:
    for what, module, constant in (
        ("a `.txt`", plain_text, "MAX_FILE_BYTES"),
        ("a `.json`", json_file, "MAX_FILE_BYTES"),
        ("a line of JSON Lines", jsonl, "MAX_LINE_BYTES"),
        ("a line of CSV", csv_file, "MAX_LINE_BYTES"),
        ("an XML document, or a part of an office document", safe_xml, "MAX_FILE_BYTES"),
        ("a feed's file", feed_file, "MAX_FILE_BYTES"),
        ("a web page", html, "MAX_FILE_BYTES"),
        ("a Markdown file", markdown, "MAX_FILE_BYTES"),
        ("an e-mail", mail, "MAX_MESSAGE_BYTES"),
        ("an IPTC 7901 or ANPA 1312 message", wire_messages, "MAX_MESSAGE_BYTES"),
        ("a PDF", pdf, "MAX_FILE_BYTES"),
        ("an RTF document", rtf, "MAX_FILE_BYTES"),
        ("a transcript", transcript, "MAX_FILE_BYTES"),
        ("a value in a SQLite table", sqlite_table, "MAX_VALUE_BYTES"),
    ):
        yield _constant(what, module, constant, "reported; the rest is read", "bytes")
    yield _constant("pages in a PDF", pdf, "MAX_PAGES", "reported")
    yield _constant("archive files inside archive files", containers, "MAX_DEPTH", "reported")
    yield _constant("entries in an archive file", containers, "MAX_ENTRIES", "reported")
    yield _constant(
        "unpacked size, by compressed size", containers, "MAX_RATIO", "reported", "times"
    )
    yield _constant(
        "unpacked size of one file", containers, "MAX_UNPACKED_BYTES", "reported", "bytes"
    )
    yield _constant("temporary copy of a stream", source, "MAX_COPIED_BYTES", "reported", "bytes")
    yield _constant(
        "the list of files in a backup", restoring, "MAX_CONTENTS_BYTES", "not restored", "bytes"
    )


def _of_other_servers() -> Iterator[Limit]:
    yield _outbound("connecting to another server", "connect_s", "s")
    yield _outbound("waiting for its next bytes", "read_s", "s")
    yield _outbound("a complete fetch", "total_s", "s")
    yield _outbound("its answer, compressed and uncompressed", "max_bytes", "bytes")
    yield _outbound("redirects", "max_redirects", "in a row")
    yield _constant("its URL", outbound, "MAX_URL_CHARS", "an error", "characters")
    yield _constant("entries in a feed", feeds, "MAX_ENTRIES", "left out")

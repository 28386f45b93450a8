"""What a write to the archive does, decided from its current state; pure functions for every
database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from index.archive.rows import CONTENT, Row
from index.dates.dates import end_s
from index.domain import Article, ArticleFile, NewsFields, Usage
from index.protocols import Change, PutOutcome


class Head(NamedTuple):
    """The newest revision of an article; `content_hash` is None if it was deleted.

    `version` and `updated_s` are its `NewsFields.version` and the start of `NewsFields.updated`.
    `is_cancelled` says that it cancels the article; it may have come first.
    """

    revision: int
    content_hash: str | None
    version: int | None = None
    updated_s: int | None = None
    is_cancelled: bool = False


_NEVER = Head(0, None)

Heads = dict[str, Head]
"""By id, for articles that have ever existed."""


@dataclass(frozen=True, slots=True)
class Puts:
    """One outcome for each article, the rows of `rows.COLUMNS` to be added, and the files that ids
    belong to from now on.
    """

    outcomes: list[PutOutcome]
    rows: list[Row]
    files: list[ArticleFile]


def now() -> str:
    """The current time, in the format of `ingested_at`."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def decide_puts(
    articles: Sequence[Article],
    contents: Sequence[Row],
    heads: Mapping[str, Head],
    last_revision: int,
    ingested_at: str,
    owners: Mapping[str, str],
) -> Puts:
    """Decide what putting `articles`, whose columns are `contents`, does.

    An article whose id belongs to another file (`owners`: id → path) is refused. One with the
    content hash of its current revision is skipped, and so is an older version of it, or one that
    a notice is about. Otherwise, of two articles with the same id, the later one wins.
    """
    known, last = dict(heads), last_revision
    owned = dict(owners)
    puts = Puts([], [], [])
    for article, content in zip(articles, contents, strict=True):
        head = known.get(article.id, _NEVER)
        if article.file is not None:
            owner = owned.setdefault(article.file.id, article.file.path)
            if owner != article.file.path:
                is_same = head.content_hash == content[0]
                puts.outcomes.append(
                    PutOutcome(article.id, head.revision, "refused", owner, is_same)
                )
                continue
            if article.file.id not in owners:
                puts.files.append(article.file)
        news = article.news
        updated_s = news.updated.start_s if news.updated else None
        is_cancelled = news.usage is Usage.CANCELLED
        is_notice = is_cancelled and not article.text
        put = Head(last + 1, content[0], news.version, updated_s, is_cancelled)
        if head.content_hash is not None and (
            head.content_hash == put.content_hash
            or _is_older(news, head)
            or (head.is_cancelled and not is_notice and not _is_newer(news, head))
        ):
            status = "unchanged" if head.content_hash == put.content_hash else "outdated"
            puts.outcomes.append(PutOutcome(article.id, head.revision, status))
            continue
        last += 1
        puts.rows.append((last, article.id, ingested_at, *content))
        status = "added" if head.content_hash is None else "updated"
        puts.outcomes.append(PutOutcome(article.id, last, status))
        known[article.id] = put
    return puts


def _is_older(news: NewsFields, head: Head) -> bool:
    """By version number or, if these are equal or missing, by when the versions were made."""
    if news.version is not None and head.version is not None and news.version != head.version:
        return news.version < head.version
    if news.updated is not None and head.updated_s is not None:
        # A date precise to the day is not older than an hour of that day.
        return end_s(news.updated) <= head.updated_s
    return False


def _is_newer(news: NewsFields, head: Head) -> bool:
    """Whether an article is provably a later version than the notice `head`.

    A notice applies to every article that is not: it may have overtaken its article, and a file
    with the article may be read again.
    """
    if news.version is not None and head.version is not None and news.version != head.version:
        return news.version > head.version
    if news.updated is not None and head.updated_s is not None:
        return news.updated.start_s > head.updated_s
    return False


def decide_deletions(
    article_ids: Sequence[str],
    heads: Mapping[str, Head],
    last_revision: int,
    deleted_at: str,
) -> list[Row]:
    """The tombstones (erased rows) of those ids that exist, each once, in order."""
    existing = [
        article_id
        for article_id in dict.fromkeys(article_ids)
        if heads.get(article_id, _NEVER).content_hash is not None
    ]
    erased = (None,) * len(CONTENT)
    return [
        (last_revision + number, article_id, deleted_at, *erased)
        for number, article_id in enumerate(existing, start=1)
    ]


def as_indexed(change: Change) -> Change:
    """A change as an index should see it: a withheld or cancelled article is gone."""
    if change.stored is None or change.stored.article.news.usage is Usage.USABLE:
        return change
    return Change(change.revision, change.article_id, None)


def is_storable(article_id: str) -> bool:
    """Whether an id could be in the archive: those with lone surrogates never are."""
    try:
        article_id.encode()
    except UnicodeEncodeError:
        return False
    return True

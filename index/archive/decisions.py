"""What a write to the archive does, decided from what is there; pure, for every database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from index.archive.rows import CONTENT, Row
from index.domain import Article
from index.protocols import PutOutcome

Heads = dict[str, tuple[int, str | None]]
"""By id, of articles that were ever there: newest revision, content hash (None: deleted)."""


@dataclass(frozen=True, slots=True)
class Puts:
    """One outcome for each article put, and the rows of `rows.COLUMNS` that are to be added."""

    outcomes: list[PutOutcome]
    rows: list[Row]


def now() -> str:
    """This instant, as `ingested_at` has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def decide_puts(
    articles: Sequence[Article],
    contents: Sequence[Row],
    heads: Mapping[str, tuple[int, str | None]],
    last_revision: int,
    ingested_at: str,
) -> Puts:
    """What putting `articles`, whose columns are `contents`, comes to.

    An article whose content hash is that of its current revision is left alone. Of two with one
    id, the later wins.
    """
    known, last = dict(heads), last_revision
    puts = Puts([], [])
    for article, content in zip(articles, contents, strict=True):
        head, content_hash = known.get(article.id, (0, None))
        if content_hash == content[0]:
            puts.outcomes.append(PutOutcome(article.id, head, "unchanged"))
            continue
        last += 1
        puts.rows.append((last, article.id, ingested_at, *content))
        status = "added" if content_hash is None else "updated"
        puts.outcomes.append(PutOutcome(article.id, last, status))
        known[article.id] = (last, content[0])
    return puts


def decide_deletions(
    article_ids: Sequence[str],
    heads: Mapping[str, tuple[int, str | None]],
    last_revision: int,
    deleted_at: str,
) -> list[Row]:
    """The tombstones of those ids that exist, each once, in order: erased rows."""
    existing = [
        article_id
        for article_id in dict.fromkeys(article_ids)
        if heads.get(article_id, (0, None))[1] is not None
    ]
    erased = (None,) * len(CONTENT)
    return [
        (last_revision + number, article_id, deleted_at, *erased)
        for number, article_id in enumerate(existing, start=1)
    ]


def is_storable(article_id: str) -> bool:
    """Whether an id could be in the archive: those with lone surrogates never are."""
    try:
        article_id.encode()
    except UnicodeEncodeError:
        return False
    return True

"""The system of record: articles, their revisions and changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.domain import Article, Headline, StoredArticle


@dataclass(frozen=True, slots=True)
class Change:
    """One change in the archive: `stored` was put or, if None, `article_id` is gone."""

    revision: int
    article_id: str
    stored: StoredArticle | None


@dataclass(frozen=True, slots=True)
class PutOutcome:
    """What `put` did with one article.

    `status` is "added", "updated", "unchanged", "outdated" or "refused". An outdated article is an
    older version than the archive has, and was not stored; nor was a refused one, whose id belongs
    to the file `owner`. `is_same` means that it is equal to the owner's article.
    """

    article_id: str
    revision: int
    status: str
    owner: str | None = None
    is_same: bool = False


class Articles(Protocol):
    """Articles by revision."""

    def revisions(self, revisions: Iterable[int]) -> dict[int, StoredArticle]:
        """Articles by revision, without those deleted, withheld or cancelled since.

        This removes an article from all results at once, including those of old snapshots.
        """
        ...

    def headlines(self, revisions: Iterable[int]) -> dict[int, Headline]:
        """The headlines of the articles that `revisions` returns, without reading their texts."""
        ...


class Archive(Articles, Protocol):
    """The system of record. An article is durable once `put` has returned."""

    def put(self, articles: Sequence[Article], *, replaces_files: bool = False) -> list[PutOutcome]:
        """Add or replace articles in one transaction; one outcome each, in order.

        An article with the content hash of its current revision is skipped, and so is an older
        version of it (by `version`, else by `updated`). After a notice (cancelled, without
        text) everything is skipped that does not say that it is newer. An article whose id
        belongs to another file is refused; with `replaces_files` the id goes to its file.
        """
        ...

    def ids_of_files(self, paths: Sequence[str]) -> Mapping[str, str]:
        """The ids that files have, by `ArticleFile.path`, of those files that are known."""
        ...

    def delete(self, article_ids: Sequence[str]) -> list[str]:
        """Remove articles and the text of all their revisions; returns the ids that existed."""
        ...

    def get(self, article_id: str) -> StoredArticle:
        """The current revision. Raises ArticleNotFound."""
        ...

    def changes(self, after: int, limit: int) -> list[Change]:
        """The net changes after revision `after`, by ascending revision: one per article.

        A withheld or cancelled article counts as gone here; its history keeps it.
        """
        ...

    def history(self, article_id: str) -> list[Change]:
        """Every revision of an article, oldest first, with its text unless it was deleted.

        Raises ArticleNotFound for an id that never existed.
        """
        ...

    def count(self, after: int = 0) -> int:
        """The number of net changes after `after`, without a limit."""
        ...

    def last_revision(self) -> int:
        """The revision of the newest change; 0 for an empty archive."""
        ...

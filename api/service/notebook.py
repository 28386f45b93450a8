"""An index as a Python object, for notebooks and scripts: `open_index`, `open_whoosh`.

It reads and writes the same data folder as the command line and the server but needs neither.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from api.schemas.articles import ArticleBody, article_body
from api.schemas.hits import HitBody
from api.schemas.parameters import SearchParameters
from api.schemas.search import SearchBody, search_body
from api.schemas.stats import StatsBody
from api.service.service import Service
from api.settings.resolving import resolve
from api.settings.setting_types import Backend
from index.domain import Article
from index.errors import NewsearchError, Unsupported
from index.permitted_sources import PermittedSources

if TYPE_CHECKING:
    import pandas as pd

    from index.local.whoosh.opened import WhooshIndex


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits: iterate over it, count it, index it, or turn it into a data frame."""

    page: SearchBody

    def __iter__(self) -> Iterator[HitBody]:
        return iter(self.page.hits)

    def __len__(self) -> int:
        return len(self.page.hits)

    def __getitem__(self, place: int) -> HitBody:
        return self.page.hits[place]

    def to_pandas(self) -> "pd.DataFrame":
        """Return one row per hit without nested values; `passage` is the text of the first.

        Raises Unsupported if pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise Unsupported(
                "data frames need pandas; install it with: pip install pandas"
            ) from error
        columns = ("rank", "id", "title", "language", "date", "source", "section", "url", "score")
        rows = [
            {
                **{name: getattr(hit, name) for name in columns},
                "passage": hit.passages[0].text if hit.passages else None,
            }
            for hit in self.page.hits
        ]
        return pd.DataFrame(rows, columns=[*columns, "passage"])


class OpenIndex:
    """An open data folder. Iterating yields every article. Close it, or use `with`.

    Methods raise what `Service` raises, always a NewsearchError.
    """

    def __init__(self, service: Service) -> None:
        self.service = service

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive."""
        self.service.close()

    def search(self, query: str, **parameters: Any) -> Results:
        """Return a page of hits. Parameters as in docs/http.md, with `date_from` for `from`."""
        named = {{"date_from": "from", "date_to": "to"}.get(n, n): v for n, v in parameters.items()}
        asked = SearchParameters.model_validate({"q": query, **named})
        return Results(search_body(self.service.rooms.indexed().search(asked.to_request())))

    def get(self, article_id: str) -> ArticleBody:
        """Return a complete article. Raises ArticleNotFound."""
        return article_body(self.service.rooms.unrestricted.article(article_id))

    def __iter__(self) -> Iterator[ArticleBody]:
        return map(article_body, self.service.archive.iterate())

    def __len__(self) -> int:
        return self.service.archive.article_count()

    def add(self, *records: Mapping[str, Any]) -> None:
        """Add or update articles and make them searchable. Raises RecordError, then adds none."""
        articles: list[Article] = []
        for number, record in enumerate(records, start=1):
            made = self.service.ingest.article_from(dict(record), f"record {number}")
            if not isinstance(made, Article):
                raise made
            articles.append(made)
        self.service.ingest.put_and_publish(articles)

    def whoosh(
        self, *, snapshot: str | None = None, sources: Iterable[str] | None = None
    ) -> "WhooshIndex":
        """Return the index as a `whoosh.index.Index` for reading, as `open_whoosh` does."""
        return whoosh_index(self.service, snapshot, sources)

    def stats(self) -> StatsBody:
        """Return the contents of the archive and the index."""
        return self.service.stats()


def whoosh_index(
    service: Service,
    snapshot: str | None,
    sources: Iterable[str] | None,
    on_close: Callable[[], object] = lambda: None,
) -> "WhooshIndex":
    """Return the index of a service as a `whoosh.index.Index`.

    Raises Unsupported on Milvus, IndexMissing, IndexCorrupt, SnapshotGone.
    """
    from index.local.snapshot import LocalSnapshot
    from index.local.whoosh.opened import WhooshIndex

    if service.settings.backend is not Backend.LOCAL:
        raise Unsupported("an index on a Milvus server cannot be opened in Whoosh")
    view = service.rooms.of(None if sources is None else PermittedSources.of(sources)).reader_view

    def present() -> LocalSnapshot:
        found = view.newest() if snapshot is None else view.pinned(snapshot, view.now_s())
        assert isinstance(found, LocalSnapshot)
        return found

    present()
    return WhooshIndex(present, view.articles, on_close)


def open_whoosh(
    folder: str | Path,
    *,
    snapshot: str | None = None,
    sources: Iterable[str] | None = None,
    **settings: Any,
) -> "WhooshIndex":
    """Open a data folder as a `whoosh.index.Index` for reading; see docs/whoosh.md.

    It always reads the newest snapshot unless one is given by its id, and only articles of
    `sources`, if given. `settings` are those in docs/settings.md. Raises SettingsError,
    ArchiveError, IndexMissing, IndexCorrupt, SnapshotGone, Unsupported.
    """
    service = Service(resolve({"data_dir": folder, **settings}))
    try:
        return whoosh_index(service, snapshot, sources, service.close)
    except NewsearchError:
        service.close()
        raise


def open_index(folder: str | Path, **settings: Any) -> OpenIndex:
    """Open a data folder, creating it if it is missing.

    `settings` are those in docs/settings.md. Raises SettingsError.
    """
    return OpenIndex(Service(resolve({"data_dir": folder, **settings}), creates=True))

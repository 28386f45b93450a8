"""`WhooshIndex`: a snapshot, or always the newest, as a `whoosh.index.Index` for reading."""

from collections.abc import Callable
from typing import Any, NoReturn

from whoosh import index, reading
from whoosh.fields import Schema

from index.errors import Unsupported
from index.local.snapshot import LocalSnapshot
from index.local.whoosh.codec import segment_reader
from index.local.whoosh.schema import schema_of
from index.local.whoosh.searcher import NewsSearcher
from index.local.whoosh.weighting import Bm25F
from index.protocols import Articles


class WhooshIndex(index.Index):  # type: ignore[misc]
    """All segments and languages of a snapshot behind one Whoosh reader.

    `snapshot` returns what may be read at that moment: without deleted articles, those under
    embargo and those of other sources; stored fields come from `articles`. A reader keeps the
    snapshot that it was opened on. Whatever would write raises Unsupported.
    """

    def __init__(
        self,
        snapshot: Callable[[], LocalSnapshot],
        articles: Articles | None,
        on_close: Callable[[], object] = lambda: None,
    ) -> None:
        self._snapshot = snapshot
        self._articles = articles
        self._on_close = on_close

    def close(self) -> None:
        """Close the archive that stored fields come from."""
        self._on_close()

    @property
    def schema(self) -> Schema:
        """The fields of the present snapshot, with those of each of its languages."""
        return _schema(self._snapshot())

    def reader(self, reuse: object = None) -> reading.IndexReader:
        """A reader of the present snapshot."""
        return open_reader(self._snapshot(), self._articles)

    def searcher(self, **options: Any) -> NewsSearcher:
        """A searcher of the present snapshot; scores are our BM25F unless `weighting` is given."""
        snapshot = self._snapshot()
        options.setdefault("weighting", Bm25F(snapshot.parameters))
        return NewsSearcher(open_reader(snapshot, self._articles), fromindex=self, **options)

    def latest_generation(self) -> int:
        """A number that changes with every commit, and when an embargo ends."""
        return _generation(self._snapshot())

    def up_to_date(self) -> bool:
        """Always True: every reader is opened on the present snapshot."""
        return True

    def last_modified(self) -> float:
        """The time of the last commit in seconds since the epoch, -1 if unknown."""
        committed_s = self._snapshot().stats().committed_at_s
        return -1 if committed_s is None else committed_s

    def is_empty(self) -> bool:
        """Whether there is no article to read."""
        return not self.doc_count()

    def optimize(self) -> None:
        """Refuse; newsearch merges segments by itself. Raises Unsupported."""
        _refuse()

    def writer(self, **_options: Any) -> NoReturn:
        """Refuse. Raises Unsupported."""
        _refuse()

    def add_field(self, fieldname: str, fieldspec: object) -> None:
        """Refuse. Raises Unsupported."""
        _refuse()

    def remove_field(self, fieldname: str) -> None:
        """Refuse. Raises Unsupported."""
        _refuse()

    def delete_by_term(self, fieldname: str, text: str, searcher: object = None) -> None:
        """Refuse. Raises Unsupported."""
        _refuse()

    def delete_by_query(self, q: object, searcher: object = None) -> None:
        """Refuse. Raises Unsupported."""
        _refuse()


def open_reader(snapshot: LocalSnapshot, articles: Articles | None = None) -> reading.IndexReader:
    """A Whoosh reader of all segments of a snapshot."""
    schema, generation = _schema(snapshot), _generation(snapshot)
    leaves = [
        segment_reader(live, schema, snapshot.analyzer, articles, generation=generation)
        for live in snapshot.live_segments
    ]
    if not leaves:
        return _EmptyReader(schema, generation)
    return leaves[0] if len(leaves) == 1 else reading.MultiReader(leaves, generation=generation)


class _EmptyReader(reading.EmptyReader):  # type: ignore[misc]
    def __init__(self, schema: Schema, generation: int) -> None:
        super().__init__(schema)
        self._generation = generation

    def generation(self) -> int:
        return self._generation


def _schema(snapshot: LocalSnapshot) -> Schema:
    return schema_of(snapshot.stats().languages, snapshot.analyzer)


def _generation(snapshot: LocalSnapshot) -> int:
    hidden = sum(len(live.deleted) for live in snapshot.live_segments)
    return (snapshot.manifest.number << 32) + hidden


def _refuse() -> NoReturn:
    raise Unsupported(
        "an archive opened in Whoosh is read-only; add articles with 'newsearch index', over HTTP, "
        "or with newsearch.open_index(…).add, and delete them with 'newsearch delete'"
    )

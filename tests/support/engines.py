"""Engines for tests of the search itself, whose readers may see everything."""

from zoneinfo import ZoneInfo

from index.groups.domain import NO_GROUPS, Groups
from index.protocols import Articles, IndexStore
from search.engine import Engine
from search.paging.seal import UNSEALED
from search.ranking.ranker import EncoderSource
from search.ranking.rerank import Reranking
from search.reader_view import ReaderView


def engine_over(
    store: IndexStore,
    archive: Articles,
    encoder: EncoderSource,
    zone: ZoneInfo,
    *,
    groups: Groups = NO_GROUPS,
    reranking: Reranking | None = None,
) -> Engine:
    """An engine for readers of everything, with cursors that anybody could make."""
    view = ReaderView(store, archive, groups, sources=None, seal=UNSEALED)
    return Engine(view, encoder, zone, reranking)

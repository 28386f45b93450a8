"""newsearch for programs: what users of the library import, and nothing else.

`Client` and `AsyncClient` talk to a running server. `open_index` opens a data folder in this
process, and `open_whoosh` opens it as a Whoosh index for reading. Every error raised is a
`NewsearchError`. The packages `api`, `search` and `index` are the implementation; their layout may
change between versions; the names here do not.

    from newsearch import Client, open_index
"""

import importlib
from typing import TYPE_CHECKING, Any

from api.client import AsyncClient, Client
from api.schemas.articles import ArticleBody, DeletionBody, ImportBody
from api.schemas.hits import HitBody
from api.schemas.jobs import JobBody
from api.schemas.search import SearchBody
from api.schemas.stats import StatsBody
from api.schemas.suggestions import SuggestBody
from api.service.notebook import OpenIndex, Results, open_index, open_whoosh
from api.settings.version import version
from index.errors import (
    ArchiveError,
    ArticleNotFound,
    CursorError,
    DeadlineExceeded,
    EncoderError,
    EncoderMismatch,
    FilterError,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    IndexUnreachable,
    JobConflict,
    JobNotFound,
    NewsearchError,
    NoServer,
    Overloaded,
    QueryError,
    RecordError,
    ServerProblem,
    SettingsError,
    SnapshotGone,
    StoreError,
    StoryNotFound,
    Unsupported,
)
from search.request import Duplicates, FusionMethod, Mode, Order, TotalRelation

if TYPE_CHECKING:
    from api.client.haystack import NewsRetriever as HaystackRetriever
    from api.client.langchain import NewsRetriever as LangChainRetriever

__all__ = [
    "ArchiveError",
    "ArticleBody",
    "ArticleNotFound",
    "AsyncClient",
    "Client",
    "CursorError",
    "DeadlineExceeded",
    "DeletionBody",
    "Duplicates",
    "EncoderError",
    "EncoderMismatch",
    "FilterError",
    "FusionMethod",
    "HaystackRetriever",
    "HitBody",
    "ImportBody",
    "IndexCorrupt",
    "IndexLocked",
    "IndexMissing",
    "IndexUnreachable",
    "JobBody",
    "JobConflict",
    "JobNotFound",
    "LangChainRetriever",
    "Mode",
    "NewsearchError",
    "NoServer",
    "OpenIndex",
    "Order",
    "Overloaded",
    "QueryError",
    "RecordError",
    "Results",
    "SearchBody",
    "ServerProblem",
    "SettingsError",
    "SnapshotGone",
    "StatsBody",
    "StoreError",
    "StoryNotFound",
    "SuggestBody",
    "TotalRelation",
    "Unsupported",
    "__version__",
    "open_index",
    "open_whoosh",
]

__version__ = version()

_NEED_EXTRAS = {
    "HaystackRetriever": "api.client.haystack",
    "LangChainRetriever": "api.client.langchain",
}


def __getattr__(name: str) -> Any:
    """Import a retriever on first use; each needs its extra."""
    if name not in _NEED_EXTRAS:
        raise AttributeError(f"module 'newsearch' has no attribute {name!r}")
    return importlib.import_module(_NEED_EXTRAS[name]).NewsRetriever

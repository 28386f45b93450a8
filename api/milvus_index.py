"""The index on a Milvus server, wired from the settings. Imported only where it is chosen."""

from api.settings import Settings
from index.ledger import Sql
from index.local.bm25 import Bm25Parameters
from index.local.segment import AnalyzerFor
from index.milvus import MilvusStore, Place
from index.milvus.connection import Connection
from index.protocols import Articles


def open_index(
    settings: Settings, archive: Articles, ledger: Sql, analyzers: AnalyzerFor
) -> MilvusStore:
    """The index; its ledger lies where the archive lies."""
    connection = Connection(settings.milvus_uri, settings.milvus_token)
    place = Place(connection, ledger, settings.milvus_prefix, analyzers, Bm25Parameters())
    return MilvusStore(place, archive.revisions)

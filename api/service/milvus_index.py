"""The index on a Milvus server, wired from the settings. Imported only if it is selected."""

from api.settings.settings import Settings
from index.ledger import Sql
from index.lexical.bm25 import Bm25Parameters
from index.milvus import IndexLocation, MilvusStore
from index.milvus.connection import Connection
from index.protocols import AnalyzerFor, Articles


def open_index(
    settings: Settings, archive: Articles, ledger: Sql, analyzers: AnalyzerFor
) -> MilvusStore:
    """Return the index; its ledger is in the archive's database."""
    connection = Connection(settings.milvus_uri, settings.milvus_token)
    place = IndexLocation(connection, ledger, settings.milvus_prefix, analyzers, Bm25Parameters())
    return MilvusStore(place, archive.revisions)

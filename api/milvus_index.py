"""The index on a Milvus server, wired from the settings. Imported only where it is chosen."""

from typing import TYPE_CHECKING

from api.settings import Settings
from index.archive import Database, SqliteArchive
from index.ledger import PostgresSql, SqliteSql
from index.local.bm25 import Bm25Parameters
from index.local.segment import AnalyzerFor
from index.milvus import MilvusStore, Place
from index.milvus.connection import Connection

if TYPE_CHECKING:
    from index.archive.postgres import PostgresArchive


def open_index(
    settings: Settings,
    archive: "SqliteArchive | PostgresArchive",
    database: Database,
    analyzers: AnalyzerFor,
) -> MilvusStore:
    """The index; its ledger lies where the archive lies."""
    sql = (
        SqliteSql(database)
        if isinstance(archive, SqliteArchive)
        else PostgresSql(archive.connections)
    )
    connection = Connection(settings.milvus_uri, settings.milvus_token)
    place = Place(connection, sql, settings.milvus_prefix, analyzers, Bm25Parameters())
    return MilvusStore(place, archive.revisions)

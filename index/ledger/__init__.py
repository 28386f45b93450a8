"""The state shared by the machines that use one index, in a database.

A ledger contains the manifests of the index, the lease of its writer, the words of its vocabulary
with their frequencies, and the work handed out. It is where the archive is: in the data folder's
SQLite file, or in the PostgreSQL database.
"""

from index.ledger.sql import PostgresSql, Sql, SqliteSql

__all__ = ["PostgresSql", "Sql", "SqliteSql"]

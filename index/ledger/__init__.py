"""What several machines that share one index must agree on, in a database.

A ledger holds the manifests of the index, who writes it, the words of its vocabulary with their
frequencies, and the work that is handed out. It lies where the archive lies: in the data folder's
SQLite file, or in the PostgreSQL database.
"""

from index.ledger.sql import PostgresSql, Sql, SqliteSql

__all__ = ["PostgresSql", "Sql", "SqliteSql"]

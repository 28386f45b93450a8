"""The index on a Milvus server or cluster: the same contracts as `index.local`.

It needs `newsearch[milvus]`. State shared between machines (manifests, vocabulary) is in
`index.ledger`; texts are read from the archive.
"""

from index.milvus.store import MilvusStore
from index.milvus.writer import IndexLocation

__all__ = ["IndexLocation", "MilvusStore"]

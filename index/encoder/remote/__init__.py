"""Encoders on servers with the API of OpenAI's `/v1/embeddings`.

`open_remote` is the entry point. The server is chosen by the operator of newsearch, not by its
users, so it may be in a private network.
"""

from index.encoder.remote.encoder import open_remote

__all__ = ["open_remote"]

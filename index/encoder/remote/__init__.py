"""Encoders that run elsewhere: servers that speak the shape of OpenAI's `/v1/embeddings`.

`open_remote` is the way in. The server is named by whoever runs newsearch, not by its users, so
it may well stand in a private network.
"""

from index.encoder.remote.encoder import open_remote

__all__ = ["open_remote"]

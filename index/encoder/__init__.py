"""Encoding texts as unit vectors: finding, reading and running models.

`load_encoder` is the entry point. sentence-transformers runs any model and is the oracle; a plain
transformer is converted once to OpenVINO and then needs neither torch nor transformers. Both are
imported in their own adapters only, and never before the first encoding.
"""

from index.encoder.cross_encoder import load_reranker
from index.encoder.loading import load_encoder

__all__ = ["load_encoder", "load_reranker"]

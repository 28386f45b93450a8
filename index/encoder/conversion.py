"""Conversions of plain models: made once, checked, cached under the model's fingerprint.

A conversion is used only if its vectors of the sample text have a cosine of at least 0.999 to the
original's; the verdict is cached with it, so that a refused one is not made again. A cached folder
appears whole or not at all; what is damaged later is made anew.
"""

import json
import logging
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index.encoder.converted import ConvertedEncoder
from index.encoder.model_folder import ModelFolder
from index.encoder.openvino_conversion import save_converted
from index.encoder.openvino_runtime import Network, native_precision, runtime_version
from index.encoder.samples import SAMPLES
from index.encoder.sentence_transformer import SentenceTransformerEncoder
from index.encoder.tokens import FastTokenizer
from index.encoder.torch_models import quiet
from index.errors import EncoderError
from index.files.atomic_folder import atomic_folder
from index.files.checksums import file_digest

_LOG = logging.getLogger("newsearch.encoder")
_MIN_COSINE = 0.999
_MODEL = "model.xml"
_WEIGHTS = "model.bin"
_VERDICT = "verdict.json"


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Whether a conversion may be used: `reason` is why not, `digests` are of its files."""

    is_accepted: bool
    reason: str
    digests: dict[str, str]


def is_convertible(folder: ModelFolder) -> bool:
    """Whether the model is plain, so that a conversion can be tried."""
    known = folder.dimension is not None and folder.max_tokens is not None
    return known and folder.pooling is not None and folder.tokenizer_file is not None


def open_converted(folder: ModelFolder, cache_dir: Path) -> ConvertedEncoder | None:
    """The model's conversion, made if it is not in the cache; None, logged, if it cannot be used.

    Only the making imports torch; it takes some seconds.
    """
    precision = native_precision()
    place = cache_dir / folder.fingerprint / f"openvino-{runtime_version()}-{precision}"
    try:
        verdict = _read_verdict(place) or _make(folder, place, precision)
        if verdict.is_accepted:
            return _open(folder, place, precision)
        reason = verdict.reason
    except (EncoderError, OSError, RuntimeError) as error:
        reason = str(error)
    _LOG.warning(
        "encoding %s with sentence-transformers, which is several times slower: %s",
        folder.name,
        reason,
    )
    return None


def _open(folder: ModelFolder, place: Path, precision: str) -> ConvertedEncoder:
    dimension, limit, file = folder.dimension, folder.max_tokens, folder.tokenizer_file
    assert dimension is not None
    assert limit is not None
    assert file is not None
    network = Network(place / _MODEL, folder.pad_id, precision)
    tokenizer = FastTokenizer(file, limit)
    return ConvertedEncoder(folder, folder.identity(dimension, limit), tokenizer, network)


def _read_verdict(place: Path) -> _Verdict | None:
    """The verdict on the conversion in the cache; None if there is none, or a damaged one."""
    try:
        verdict = _Verdict(**json.loads((place / _VERDICT).read_text(encoding="utf-8")))
        digests = {name: file_digest(place / name) for name in verdict.digests}
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        digests = {}
    else:
        if digests == verdict.digests:
            return verdict
    _LOG.warning("the cached conversion %s is damaged and is made anew", place)
    shutil.rmtree(place)
    return None


def _make(folder: ModelFolder, place: Path, precision: str) -> _Verdict:
    _LOG.info("converting %s for this processor, once", folder.name)
    with atomic_folder(place) as fresh:
        verdict = _convert(folder, fresh, precision)
        text = json.dumps(asdict(verdict), indent=1)
        (fresh / _VERDICT).write_text(text, encoding="utf-8")
    return verdict


def _convert(folder: ModelFolder, place: Path, precision: str) -> _Verdict:
    original = SentenceTransformerEncoder(folder, device="cpu")
    assert folder.pooling is not None
    expected = original.encode_passages(SAMPLES)
    try:
        with quiet():
            save_converted(original.model, folder.pooling, place / _MODEL)
        vectors = _open(folder, place, precision).encode_passages(SAMPLES)
    except (EncoderError, RuntimeError) as error:
        return _Verdict(is_accepted=False, reason=str(error), digests={})
    cosine = float(np.min(np.sum(vectors * expected, axis=1)))
    if cosine < _MIN_COSINE:
        reason = f"its conversion to OpenVINO has a cosine of {cosine:.4f} to the original"
        return _Verdict(is_accepted=False, reason=reason, digests={})
    _LOG.info("converted %s: cosine to the original at least %.5f", folder.name, cosine)
    digests = {name: file_digest(place / name) for name in (_MODEL, _WEIGHTS)}
    return _Verdict(is_accepted=True, reason="", digests=digests)

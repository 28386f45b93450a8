"""Conversions of plain models, made once, checked, and cached under the model's fingerprint.

A conversion is used only if its vectors of the sample text have a cosine of at least 0.999 to the
original's; the verdict is cached with it, so a rejected conversion is not repeated. For models for
which this was measured, an 8-bit version replaces it if it ranks as well and is faster. A cached
folder appears complete or not at all; if it is damaged later, it is rebuilt.
"""

import json
import logging
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.domain import InferencePrecision
from index.encoder.activations import watched
from index.encoder.converted import ConvertedEncoder
from index.encoder.int8 import quantise
from index.encoder.int8_trial import objection
from index.encoder.model_folder import ModelFolder
from index.encoder.multilingual import MULTILINGUAL
from index.encoder.openvino_conversion import convert, save_network, word_table
from index.encoder.openvino_runtime import Network, has_int8, native_precision, runtime_version
from index.encoder.query_tokens import open_pieces, save_pieces
from index.encoder.sentence_transformer import SentenceTransformerEncoder
from index.encoder.tokens import FastTokenizer
from index.encoder.torch_models import quiet
from index.encoder.words import open_words, save_words
from index.errors import EncoderError
from index.files.atomic_folder import atomic_folder
from index.files.checksums import file_digest
from index.text.samples import LONG, SAMPLES

_LOG = logging.getLogger("newsearch.encoder")
_MIN_COSINE = 0.999
_PLAIN, _INT8 = "plain", "int8"
_MODEL = "model.xml"
_WORDS = "words.npy"
_VERDICT = "verdict.json"
_LAYOUT = 2
"""The version of the layout of a conversion's folder."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The network to use, or the reason for using none; `digests` are of the conversion's files."""

    network: str | None
    reason: str
    digests: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Form:
    """The number format of a conversion."""

    precision: InferencePrecision
    tries_int8: bool

    def __str__(self) -> str:
        tried = "-int8" if self.tries_int8 else ""
        return f"{_LAYOUT}-openvino-{runtime_version()}{tried}-{self.precision}"


def is_convertible(folder: ModelFolder) -> bool:
    """Whether the model is plain, so that a conversion can be tried."""
    known = folder.dimension is not None and folder.max_tokens is not None
    return known and folder.pooling is not None and folder.tokenizer_file is not None


def open_converted(
    folder: ModelFolder, cache_dir: Path, precision: InferencePrecision = InferencePrecision.AUTO
) -> ConvertedEncoder | None:
    """The model's conversion, made if it is not cached.

    None, with a log entry, if it cannot be used. Only making it imports torch; this takes a few
    seconds.
    """
    is_free = precision is InferencePrecision.AUTO
    form = _Form(
        native_precision() if is_free else precision,
        is_free and folder.name in MULTILINGUAL and has_int8(),
    )
    place = cache_dir / folder.fingerprint / str(form)
    try:
        verdict = _read_verdict(place) or _make(folder, place, form)
        if verdict.network:
            return _open(folder, place, form, verdict.network)
        reason = verdict.reason
    except (EncoderError, OSError, RuntimeError) as error:
        reason = str(error)
    _LOG.warning(
        "encoding %s with sentence-transformers, which is several times slower: %s",
        folder.name,
        reason,
    )
    return None


def _open(folder: ModelFolder, place: Path, form: _Form, name: str) -> ConvertedEncoder:
    dimension, limit, file = folder.dimension, folder.max_tokens, folder.tokenizer_file
    assert dimension is not None
    assert limit is not None
    assert file is not None
    network = Network(
        place / name / _MODEL, open_words(place / _WORDS), folder.pad_id, form.precision
    )
    tokenizer = FastTokenizer(file, limit)
    pieces = open_pieces(place, limit)
    return ConvertedEncoder(folder.identity(dimension, limit), tokenizer, network, pieces)


def _read_verdict(place: Path) -> _Verdict | None:
    """The verdict on the cached conversion; None if there is none or it is damaged."""
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
    _LOG.warning("the cached conversion %s is damaged and is made again", place)
    shutil.rmtree(place)
    return None


def _make(folder: ModelFolder, place: Path, form: _Form) -> _Verdict:
    _LOG.info("converting %s for this processor, once", folder.name)
    with atomic_folder(place) as fresh:
        verdict = _convert(folder, fresh, form)
        text = json.dumps(asdict(verdict), indent=1)
        (fresh / _VERDICT).write_text(text, encoding="utf-8")
    return verdict


def _convert(folder: ModelFolder, place: Path, form: _Form) -> _Verdict:
    original = SentenceTransformerEncoder(folder, device="cpu")
    with watched(original.model) as ranges:
        # Separately, because a batch is as wide as its longest text.
        parts = [original.encode_passages(part) for part in (SAMPLES[:-LONG], SAMPLES[-LONG:])]
    expected = np.concatenate(parts)
    try:
        network = _write(folder, original, place)
        encoder = _open(folder, place, form, _PLAIN)
        cosine = float(np.min(np.sum(encoder.encode_passages(SAMPLES) * expected, axis=1)))
        if cosine < _MIN_COSINE:
            raise EncoderError(
                f"its conversion to OpenVINO has a cosine of {cosine:.4f} to the original"
            )
        used = _PLAIN
        if form.tries_int8:
            quantise(network, ranges)
            save_network(network, place / _INT8 / _MODEL)
            used = _better(encoder, _open(folder, place, form, _INT8))
    except (EncoderError, RuntimeError) as error:
        return _Verdict(None, str(error), {})
    _LOG.info("converted %s: cosine to the original at least %.5f", folder.name, cosine)
    for left in {_PLAIN, _INT8} - {used}:
        shutil.rmtree(place / left, ignore_errors=True)
    files = [*place.glob("*.*"), *(place / used).glob("*.*")]
    digests = {file.relative_to(place).as_posix(): file_digest(file) for file in sorted(files)}
    return _Verdict(used, "", digests)


def _write(folder: ModelFolder, original: SentenceTransformerEncoder, place: Path) -> Any:
    """Write the network, its word table and its pieces; returns the network."""
    assert folder.pooling is not None
    assert folder.tokenizer_file is not None
    with quiet():
        network = convert(original.model, folder.pooling)
    save_words(word_table(original.model), place / _WORDS)
    save_network(network, place / _PLAIN / _MODEL)
    save_pieces(folder.tokenizer_file, place)
    return network


def _better(plain: ConvertedEncoder, small: ConvertedEncoder) -> str:
    """The network to use: the 8-bit one unless there is a reason against it."""
    if reason := objection(plain, small):
        _LOG.info("8-bit integers are not used: %s", reason)
        return _PLAIN
    return _INT8

"""Static encoders: distilled from a model by model2vec once, then opened from the cache.

Owns the model2vec adapter. Only the making imports torch; it runs each token of the vocabulary
through the model, which takes a minute or more. A table's revision names the model it was made from
and how, so that one made again is the same encoder.
"""

import contextlib
import hashlib
import importlib.metadata
import io
import json
import logging
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index.domain import EncoderIdentity
from index.encoder.model_folder import ModelFolder, read_model_folder
from index.encoder.sources import BUNDLED, find_model
from index.encoder.static import StaticEncoder
from index.encoder.tokens import FastTokenizer
from index.errors import EncoderError
from index.files.atomic_folder import atomic_folder
from index.files.checksums import file_digest

_LOG = logging.getLogger("newsearch.encoder")
_DIMENSIONS = 256
_SPECIAL_TOKENS = 2
_TABLE = "model.safetensors"
_TOKENIZER = "tokenizer.json"
_RECORD = "made.json"


@dataclass(frozen=True, slots=True)
class _Record:
    """What stands beside a table: its revision, the unknown token's row, digests of the files."""

    revision: str
    unknown: int | None
    digests: dict[str, str]


def open_static(name: str, cache_dir: Path | None) -> StaticEncoder:
    """The static encoder "static" or "static:MODEL", distilled if need be. Raises EncoderError."""
    if cache_dir is None:
        raise EncoderError(f"{name}: a static encoder needs a cache folder to be made in")
    model = name.partition(":")[2] or BUNDLED
    folder = read_model_folder(model, find_model(model))
    if folder.max_tokens is None or folder.tokenizer_file is None:
        raise EncoderError(
            f"{name}: {folder.path} has no fast tokenizer or names no token limit, and cannot be "
            "distilled; name another model behind 'static:'"
        )
    place = cache_dir / folder.fingerprint / f"static-{_DIMENSIONS}"
    try:
        record = _read_record(place) or _make(folder, place)
    except OSError as error:
        raise EncoderError(f"{place}: cannot be written ({error.strerror})") from error
    return _open(name, place, record, folder.max_tokens)


def _open(name: str, place: Path, record: _Record, max_tokens: int) -> StaticEncoder:
    from safetensors.numpy import load_file

    table = load_file(place / _TABLE)["embeddings"].astype(np.float32)
    if record.unknown is not None:
        table[record.unknown] = 0
    budget = max_tokens - _SPECIAL_TOKENS
    identity = EncoderIdentity(name, record.revision, table.shape[1], max_tokens)
    return StaticEncoder(identity, FastTokenizer(place / _TOKENIZER, budget), table, budget=budget)


def _read_record(place: Path) -> _Record | None:
    """The record of the table in the cache; None if there is none, or a damaged one."""
    try:
        record = _Record(**json.loads((place / _RECORD).read_text(encoding="utf-8")))
        if {file: file_digest(place / file) for file in record.digests} == record.digests:
            return record
    except FileNotFoundError:
        if not place.exists():
            return None
    except (ValueError, TypeError):
        pass
    _LOG.warning("the static encoder in %s is damaged and is made anew", place)
    shutil.rmtree(place)
    return None


def _make(folder: ModelFolder, place: Path) -> _Record:
    _LOG.warning("distilling a static encoder from %s, once; this takes minutes", folder.name)
    with atomic_folder(place) as fresh:
        _distill(folder, fresh)
        vocabulary = json.loads((fresh / _TOKENIZER).read_text(encoding="utf-8"))["model"]
        record = _Record(
            revision=_revision(folder),
            unknown=_unknown(vocabulary),
            digests={file: file_digest(fresh / file) for file in (_TABLE, _TOKENIZER)},
        )
        (fresh / _RECORD).write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
    return record


def _distill(folder: ModelFolder, place: Path) -> None:
    from index.encoder.torch_models import loading

    what_to_do = "Name another model behind 'static:'."
    # model2vec draws its progress on stderr whatever that is.
    with (
        loading(folder.path, "to distil it", what_to_do),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        from model2vec.distill import distill

        pooling = "first" if folder.pooling == "cls" else "mean"
        model = distill(str(folder.path), pca_dims=_DIMENSIONS, pooling=pooling, device="cpu")
        model.save_pretrained(place)
    if not model.embedding.any():
        raise EncoderError(
            f"{folder.path}: this model gives every token the same vector or none; its weights are "
            "damaged. Fetch it again or name another model behind 'static:'."
        )


def _revision(folder: ModelFolder) -> str:
    maker = importlib.metadata.version("model2vec")
    recipe = f"{folder.fingerprint} model2vec {maker} {_DIMENSIONS}"
    return hashlib.sha256(recipe.encode()).hexdigest()[:16]


def _unknown(model: dict[str, object]) -> int | None:
    """The row of the token that stands for what the tokenizer does not know."""
    if isinstance(index := model.get("unk_id"), int):
        return index
    vocabulary = model.get("vocab")
    if isinstance(vocabulary, dict) and model.get("unk_token") in vocabulary:
        return int(vocabulary[model["unk_token"]])
    return None

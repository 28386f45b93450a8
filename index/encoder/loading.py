"""Loading an encoder by name: finding the model and choosing what runs it."""

import importlib.metadata
import importlib.util
import sys
from pathlib import Path

from index.domain import InferencePrecision
from index.encoder import multilingual
from index.encoder.fast import FAST, is_installed, open_fast
from index.encoder.model_folder import ModelFolder, read_model_folder
from index.encoder.multilingual import DEFAULT, MULTILINGUAL, multilingual_folder, resolved
from index.encoder.sources import ENGLISH, find_model
from index.errors import EncoderError
from index.protocols import Encoder

_STATIC_IS_GONE = (
    "{name}: there are no static encoders any more, because hybrid search with them found less "
    "than keyword search. 'newsearch reindex --encoder fast' rebuilds the index with a far better "
    "one that is still several times as fast as a transformer; --mode keyword works without it"
)


def load_encoder(
    name: str = DEFAULT,
    *,
    cache_dir: Path | None = None,
    device: str | None = None,
    key: str = "",
    precision: InferencePrecision = InferencePrecision.AUTO,
) -> Encoder:
    """Load the encoder called `name`. Raises EncoderError.

    The name is "multilingual", "english" (also called "bundled"), "fast", a model folder, a model
    of the Hugging Face hub, or a server's `https://HOST/v1/embeddings#MODEL`, which is given `key`.
    The encoder's identity has the actual name of the model that "multilingual" stands for here.

    With `cache_dir`, a plain model is converted once into it and then runs several times faster, on
    the CPU and without torch, computing in `precision`; if a GPU can be used, and for all other
    models, sentence-transformers runs it. A `device` (of PyTorch) disables the conversion.
    """
    if is_remote(name):
        # Imported here: most encoders need no HTTP client.
        from index.encoder.remote import open_remote

        return open_remote(name, key, cache_dir)
    if name == "static" or name.startswith("static:"):
        raise EncoderError(_STATIC_IS_GONE.format(name=name))
    if name == FAST:
        return open_fast(cache_dir, precision)
    folder = _model_folder(resolved(name), cache_dir)
    if cache_dir is not None and device is None and _has_openvino() and not _has_gpu():
        # Imported here: a GPU machine may not have OpenVINO.
        from index.encoder.conversion import is_convertible, open_converted

        if is_convertible(folder) and (converted := open_converted(folder, cache_dir, precision)):
            return converted
    from index.encoder.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(folder, device)


def at_hand() -> list[str]:
    """The names of the encoders that can be loaded here without a download."""
    names = [DEFAULT] if multilingual.is_at_hand() else []
    return [*names, ENGLISH, *([FAST] if is_installed() else [])]


def _model_folder(name: str, cache_dir: Path | None) -> ModelFolder:
    if name in MULTILINGUAL:
        return multilingual_folder(name, cache_dir)
    return read_model_folder(name, find_model(name))


def is_remote(name: str) -> bool:
    """Whether the name is that of a server, for which nothing needs loading."""
    return name.lower().startswith(("https://", "http://"))


def _has_openvino() -> bool:
    return importlib.util.find_spec("openvino") is not None


def _has_gpu() -> bool:
    """Whether torch can use a GPU; imports torch only if there may be one."""
    is_apple = sys.platform == "darwin"
    has_nvidia = Path("/dev/nvidiactl").exists() or sys.platform == "win32"
    if not (is_apple or has_nvidia) or importlib.metadata.version("torch").endswith("+cpu"):
        return False
    import torch

    return torch.cuda.is_available() or torch.backends.mps.is_available()

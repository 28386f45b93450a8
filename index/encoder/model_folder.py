"""The description of a saved model in its folder, read without running or importing anything.

The layout is that of sentence-transformers: `modules.json` lists the modules, the first is the
transformer in the folder itself; a folder without it is a bare transformer with mean pooling.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.domain import EncoderIdentity
from index.encoder.prompts import Prompts, find_prompts
from index.errors import EncoderError
from index.files.checksums import file_digest

_FINGERPRINTED = (
    "config.json",
    "modules.json",
    "sentence_*_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.*",
    "merges.txt",
    "*.model",
    "model*.safetensors",
    "*/config.json",
    "*/*.safetensors",
)
_OTHER_WEIGHTS = ("pytorch_model*.bin", "*/pytorch_model*.bin")
_OFFSET_FAMILIES = ("roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet")
"""Model types whose position ids begin after the padding id: two positions are never used."""
_UNLIMITED = 1_000_000


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model as its folder describes it.

    `pooling` is "mean" or "cls" for a plain model: a transformer with a fast tokenizer, pooled and
    possibly normalised, nothing else; None for all others. `dimension` and `max_tokens` are None if
    only the loaded model knows them. `digests` are those of the files if newsearch made the folder
    itself.
    """

    name: str
    path: Path
    fingerprint: str
    prompts: Prompts
    pooling: str | None
    dimension: int | None
    max_tokens: int | None
    pad_id: int
    digests: Mapping[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Raise EncoderError if a file of a folder made by newsearch has changed since."""
        for name, digest in self.digests.items():
            if file_digest(self.path / name) != digest:
                raise EncoderError(
                    f"{self.path / name}: this file of the model is damaged. Delete the folder; it "
                    "is created again when it is next needed."
                )

    @property
    def tokenizer_file(self) -> Path | None:
        """The fast tokenizer's file, if the model has one."""
        file = self.path / "tokenizer.json"
        return file if file.is_file() else None

    def identity(self, dimension: int, max_tokens: int) -> EncoderIdentity:
        """The identity of an encoder of this model."""
        return EncoderIdentity(
            name=self.name,
            revision=self.fingerprint,
            dimension=dimension,
            max_tokens=max_tokens,
            query_prompt=self.prompts.query,
            passage_prompt=self.prompts.passage,
        )


def read_model_folder(
    name: str, path: Path, *, made: tuple[str, Mapping[str, str]] | None = None
) -> ModelFolder:
    """Describe the model in the folder `path`, called `name` by the user. Raises EncoderError.

    `made` is the fingerprint and digests of a folder made by newsearch, which are then not
    computed.
    """
    fingerprint, digests = made or (_fingerprint(path), {})
    config = _read_json(path / "config.json", {})
    modules = _read_json(path / "modules.json", [])
    kinds = [str(module["type"]).rpartition(".")[2] for module in modules]
    configs = [_read_json(path / module["path"] / "config.json", {}) for module in modules]
    transformer = _transformer_config(path)
    settings = _read_json(path / "config_sentence_transformers.json", {})
    is_standard = not transformer.get("do_lower_case") and "auto_map" not in config
    return ModelFolder(
        name=name,
        path=path,
        fingerprint=fingerprint,
        prompts=find_prompts(settings.get("prompts") or {}, "/".join(path.parts[-3:])),
        pooling=_pooling(kinds, configs) if is_standard else None,
        dimension=_dimension(kinds, configs, config),
        max_tokens=_max_tokens(path, transformer, config),
        pad_id=int(config.get("pad_token_id") or 0),
        digests=digests,
    )


def _read_json(file: Path, default: Any) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return default
    except (OSError, ValueError) as error:
        raise EncoderError(f"{file}: cannot be read ({error}). Fetch the model again.") from error


def _transformer_config(path: Path) -> dict[str, Any]:
    found = sorted(path.glob("sentence_*_config.json"))
    return dict(_read_json(found[0], {})) if found else {}


def _pooling(kinds: Sequence[str], configs: Sequence[Mapping[str, Any]]) -> str | None:
    """How a transformer is pooled, if only pooling and normalising follow it."""
    if not kinds:
        return "mean"
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return None
    modes = _pooling_modes(configs[1])
    is_prompt_pooled = configs[1].get("include_prompt", True)
    return modes[0] if is_prompt_pooled and modes in (["mean"], ["cls"]) else None


def _pooling_modes(config: Mapping[str, Any]) -> list[str]:
    """The pooling modes, in either of the formats that sentence-transformers has used."""
    if mode := config.get("pooling_mode"):
        return [mode] if isinstance(mode, str) else list(mode)
    old = {"mean": "mean_tokens", "cls": "cls_token", "max": "max_tokens", "last": "lasttoken"}
    old |= {"mean_sqrt": "mean_sqrt_len_tokens", "weighted": "weightedmean_tokens"}
    return [mode for mode, key in old.items() if config.get(f"pooling_mode_{key}")]


def _dimension(
    kinds: Sequence[str], configs: Sequence[Mapping[str, Any]], config: Mapping[str, Any]
) -> int | None:
    """The length of the vectors, if pooling is the last module to change it."""
    if set(kinds) - {"Transformer", "Pooling", "Normalize"}:
        return None
    pooled = next((c for k, c in zip(kinds, configs, strict=True) if k == "Pooling"), {})
    width = pooled.get("embedding_dimension") or pooled.get("word_embedding_dimension")
    width = width or config.get("hidden_size") or config.get("dim")
    return int(width) * max(1, len(_pooling_modes(pooled))) if width else None


def _max_tokens(
    path: Path, transformer: Mapping[str, Any], config: Mapping[str, Any]
) -> int | None:
    tokenizer = _read_json(path / "tokenizer_config.json", {})
    positions = config.get("max_position_embeddings")
    if positions and config.get("model_type") in _OFFSET_FAMILIES:
        positions -= 2
    configured = transformer.get("max_seq_length") or tokenizer.get("model_max_length")
    limits = [int(n) for n in (configured, positions) if n and 0 < n < _UNLIMITED]
    return min(limits, default=None)


def _fingerprint(path: Path) -> str:
    """A fingerprint of the files: SHA-256 over their names and digests, 16 hex digits."""
    files = {file for pattern in _FINGERPRINTED for file in path.glob(pattern)}
    if not any(file.suffix == ".safetensors" for file in files):
        files |= {file for pattern in _OTHER_WEIGHTS for file in path.glob(pattern)}
    total = hashlib.sha256()
    try:
        for file in sorted(files):
            total.update(f"{file.relative_to(path).as_posix()} {file_digest(file)}\n".encode())
    except OSError as error:
        raise EncoderError(f"{path}: the model cannot be read ({error}).") from error
    return total.hexdigest()[:16]

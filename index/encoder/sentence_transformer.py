"""Running any model with sentence-transformers: the fallback, the oracle, and the way to a GPU.

This module owns that library's adapter. The model is loaded for the first encoding, or at once if
only the loaded model knows its dimension or limit; counting tokens needs it only without a fast
tokenizer.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.domain import EncoderIdentity, Vector, Vectors
from index.encoder.batches import by_length
from index.encoder.model_folder import ModelFolder
from index.encoder.query_cache import remembering
from index.encoder.rows import unit_rows
from index.encoder.tokens import FastTokenizer
from index.encoder.torch_models import loading, quiet
from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_SLICE = 256
"""Texts between two progress reports."""
_BATCH = {"cpu": 32}
_GPU_BATCH = 128


class SentenceTransformerEncoder:
    """An `index.protocols.Encoder` that runs a model folder in PyTorch.

    `device` is a PyTorch device, or None for CUDA or MPS, in half precision, if present, otherwise
    the CPU.
    """

    def __init__(self, folder: ModelFolder, device: str | None = None) -> None:
        self._folder = folder
        self._device = device
        self._lock = threading.Lock()
        self._loaded: SentenceTransformer | None = None
        self.identity = self._identity()
        file, limit = folder.tokenizer_file, self.identity.max_tokens
        self._tokenizer = FastTokenizer(file, limit) if file else None
        if self._tokenizer:
            self._tokenizer.load()
        self.encode_query = remembering(self._encode_query)

    @property
    def passage_budget(self) -> int:
        """Tokens that fit into one passage, after special tokens and prompt."""
        if self._tokenizer:
            special = self._tokenizer.special_tokens
        else:
            special = len(self.model.tokenizer("")["input_ids"])
        prompt = self.count_tokens([self.identity.passage_prompt])[0]
        return max(1, self.identity.max_tokens - special - prompt)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens and never truncated."""
        if self._tokenizer:
            return self._tokenizer.count(texts)
        if not texts:
            return []
        with quiet():
            ids = self.model.tokenizer(list(texts), add_special_tokens=False, verbose=False)
        return [len(own) for own in ids["input_ids"]]

    def encode_passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """`(len(texts), dim) float32`, unit rows, in the order given."""
        vectors = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        order = by_length(self.count_tokens(texts))
        for start in range(0, len(order), _SLICE):
            rows = order[start : start + _SLICE]
            prompt = self.identity.passage_prompt
            vectors[rows] = self._encode([texts[row] for row in rows], prompt)
            if on_progress is not None:
                on_progress(start + len(rows))
        return vectors

    @property
    def model(self) -> "SentenceTransformer":
        """The loaded model. Raises EncoderError."""
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder, self._device)
            return self._loaded

    def _identity(self) -> EncoderIdentity:
        dimension, limit = self._folder.dimension, self._folder.max_tokens
        if dimension is None:
            dimension = self.model.get_embedding_dimension()
        if limit is None:
            limit = self.model.max_seq_length
        if not dimension or not limit:
            raise EncoderError(
                f"{self._folder.path}: the model does not state its dimension or token limit. "
                "Name another with --encoder."
            )
        return self._folder.identity(int(dimension), int(limit))

    def _encode_query(self, text: str) -> Vector:
        vector: Vector = self._encode([text], self.identity.query_prompt)[0]
        return vector

    def _encode(self, texts: list[str], prompt: str) -> Vectors:
        model = self.model
        try:
            raw = model.encode(
                texts,
                # An empty prompt, unlike None, also disables the model's own default prompt.
                prompt=prompt,
                batch_size=_BATCH.get(model.device.type, _GPU_BATCH),
                show_progress_bar=False,
            )
        except RuntimeError as error:
            raise EncoderError(f"the encoder {self._folder.name} failed: {error}") from error
        return unit_rows(raw, self._folder.name)


def _load(folder: ModelFolder, device: str | None) -> "SentenceTransformer":
    with loading(folder.path, "model", "Fetch it again or name another with --encoder."):
        import torch
        from sentence_transformers import SentenceTransformer

        folder.check()
        device = device or _best_device()
        model = SentenceTransformer(str(folder.path), device=device, local_files_only=True)
        if folder.max_tokens is not None:
            model.max_seq_length = folder.max_tokens
        if torch.device(device).type != "cpu":
            model.half()
        return model.eval()


def _best_device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"

"""A cross-encoder run by sentence-transformers, which reads query and passage together.

Owns that library's adapter for rerankers; the library is imported when a model is loaded.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.domain import Scores
from index.encoder.sources import find_model
from index.encoder.torch_models import loading, quiet
from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class CrossEncoderReranker:
    """An `index.protocols.Reranker`. Thread-safe."""

    def __init__(self, name: str, model: "CrossEncoder") -> None:
        self.name = name
        self._model = model
        self._lock = threading.Lock()

    def score(self, query: str, passages: Sequence[str]) -> Scores:
        """`(len(passages),) float32`, finite, larger is better. Raises EncoderError."""
        pairs = [(query, passage) for passage in passages]
        try:
            with self._lock, quiet():
                raw = self._model.predict(pairs, show_progress_bar=False)
        except (RuntimeError, ValueError, IndexError) as error:
            raise EncoderError(f"the reranker {self.name} failed: {error}") from error
        scores = np.asarray(raw, dtype=np.float32)
        if scores.shape != (len(passages),) or not np.isfinite(scores).all():
            raise EncoderError(
                f"the reranker {self.name} must return one finite score per passage; it is "
                "not a ranking model"
            )
        return scores


def load_reranker(name: str) -> CrossEncoderReranker:
    """Load the cross-encoder called `name`: a folder or a hub model. Raises EncoderError."""
    folder = Path(name).expanduser()
    path = folder if folder.is_dir() else find_model(name)
    with loading(path, "as a cross-encoder", "Name another with the setting 'reranker'."):
        from sentence_transformers import CrossEncoder

        model = CrossEncoder(str(path), device="cpu", local_files_only=True)
    return CrossEncoderReranker(name, model)

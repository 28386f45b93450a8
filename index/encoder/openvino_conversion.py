"""Converting a plain PyTorch model to one OpenVINO graph: transformer, pooling, normalisation.

The graph begins at the word embeddings, whose table is kept separately. This module owns the
converting half of the OpenVINO adapter. The PyTorch frontend is called directly, because
`openvino.convert_model` reports each conversion to its vendor over the network.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_PREFIX = "__module.transformer."
_ROWS = 8192
"""Words whose embeddings are computed at a time."""


def convert(model: "SentenceTransformer", pooling: str) -> Any:
    """Convert a plain model to an `openvino.Model`.

    It takes `(n, tokens, words' dim) float32` embeddings and `(n, tokens) int64` attention mask and
    returns `(n, dim) float32` unit rows. Raises EncoderError if the model cannot be converted.
    """
    import torch
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    try:
        with torch.no_grad():
            transformer: Any = model[0].auto_model.float()
            words = transformer.get_input_embeddings()
            mask = torch.ones(2, 17, dtype=torch.int64)
            mask[1, 9:] = 0
            example = {"embeddings": words(torch.randint(5, 50, (2, 17))), "attention_mask": mask}
            decoder = TorchScriptPythonDecoder(_pooled(transformer, pooling), example_input=example)
            frontend = FrontEndManager().load_by_framework("pytorch")
            return frontend.convert(frontend.load(decoder))
    except (RuntimeError, TypeError, ValueError, AttributeError, LookupError) as error:
        raise EncoderError(f"OpenVINO cannot convert this model: {error}") from error


def word_table(model: "SentenceTransformer") -> NDArray[np.float32]:
    """`(tokens, dim)`: the model's embedding of each token, before its first layer."""
    import torch

    transformer: Any = model[0].auto_model
    words = transformer.get_input_embeddings()
    starts = range(0, words.num_embeddings, _ROWS)
    with torch.no_grad():
        rows = [
            words(torch.arange(start, min(start + _ROWS, words.num_embeddings))).numpy()
            for start in starts
        ]
    table: NDArray[np.float32] = np.concatenate(rows)
    return table


def layer_name(node: Any) -> str:
    """The name of the transformer's layer from which a node of the network was made."""
    return str(node.get_friendly_name()).removeprefix(_PREFIX).partition("/")[0]


def save_network(network: Any, file: Path) -> None:
    """Write a network to `file` (.xml, and .bin next to it), weights at most in half precision."""
    import openvino

    file.parent.mkdir(exist_ok=True)
    try:
        openvino.save_model(network, file, compress_to_fp16=True)
    except RuntimeError as error:
        raise EncoderError(f"{file}: OpenVINO cannot write this model: {error}") from error


def _pooled(transformer: Any, pooling: str) -> Any:
    """A module that pools the last hidden state by "mean" or "cls" and normalises the result."""
    import torch

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, embeddings: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            output = self.transformer(inputs_embeds=embeddings, attention_mask=attention_mask)
            hidden = output.last_hidden_state
            if pooling == "cls":
                vectors = hidden[:, 0]
            else:
                weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
                vectors = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(vectors, dim=1)

    return Pooled().eval()

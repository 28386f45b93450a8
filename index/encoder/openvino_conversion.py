"""A plain PyTorch model to OpenVINO's format: transformer, pooling and normalisation in one graph.

Owns the OpenVINO adapter's converting half. The PyTorch frontend is called directly, because
`openvino.convert_model` reports each conversion to its makers over the network.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def save_converted(model: "SentenceTransformer", pooling: str, file: Path) -> None:
    """Convert a plain model and write it to `file` (.xml, and .bin beside it), weights in half.

    The graph takes `(n, tokens) int64` token ids and attention mask and gives `(n, dim) float32`
    unit rows. Raises EncoderError where the model cannot be converted.
    """
    import openvino
    import torch
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    example = {
        "input_ids": torch.randint(5, 50, (2, 17)),
        "attention_mask": torch.ones(2, 17, dtype=torch.int64),
    }
    example["attention_mask"][1, 9:] = 0
    module = _pooled(model[0].auto_model.float(), pooling)
    try:
        with torch.no_grad():
            decoder = TorchScriptPythonDecoder(module, example_input=example)
            frontend = FrontEndManager().load_by_framework("pytorch")
            converted = frontend.convert(frontend.load(decoder))
        openvino.save_model(converted, file, compress_to_fp16=True)
    except (RuntimeError, TypeError, ValueError, AttributeError, LookupError) as error:
        raise EncoderError(f"OpenVINO cannot convert this model: {error}") from error


def _pooled(transformer: Any, pooling: str) -> Any:
    """A module that pools the last hidden state by "mean" or "cls" and normalises it."""
    import torch

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            output = self.transformer(input_ids=input_ids, attention_mask=attention_mask)
            hidden = output.last_hidden_state
            if pooling == "cls":
                vectors = hidden[:, 0]
            else:
                weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
                vectors = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(vectors, dim=1)

    return Pooled().eval()

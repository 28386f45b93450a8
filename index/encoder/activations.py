"""The input ranges of a PyTorch model's linear layers, per channel, observed while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


@dataclass(frozen=True, slots=True)
class ChannelRange:
    """`(channels,)` each: the smallest and the largest input of a layer."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]


@contextmanager
def watched(model: "SentenceTransformer") -> Iterator[dict[str, ChannelRange]]:
    """Record the ranges of linear layers, by name, for texts encoded inside the block."""
    import torch

    ranges: dict[str, ChannelRange] = {}

    def watch(name: str, given: torch.Tensor) -> None:
        rows = given.detach().flatten(0, -2).numpy()
        low, high = rows.min(axis=0), rows.max(axis=0)
        if seen := ranges.get(name):
            low, high = np.minimum(low, seen.low), np.maximum(high, seen.high)
        ranges[name] = ChannelRange(low, high)

    def hook(name: str) -> Any:
        return lambda _module, given: watch(name, given[0])

    transformer: Any = model[0].auto_model
    handles = [
        module.register_forward_pre_hook(hook(name))
        for name, module in transformer.named_modules()
        if isinstance(module, torch.nn.Linear)
    ]
    try:
        yield ranges
    finally:
        for handle in handles:
            handle.remove()

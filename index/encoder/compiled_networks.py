"""Compiled networks, kept beside the model they were compiled from.

Compiling takes more than half a second of the processor, reading what was compiled a third of that.
What is kept fits one processor and one set of settings, which its name tells.
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openvino

from index.files.atomic_folder import atomic_folder
from index.files.checksums import file_digest

_LOG = logging.getLogger("newsearch.encoder")
_NETWORK = "network.blob"
_DIGEST = "network.sha256"


def kept_network(
    place: Path, settings: Mapping[str, object], compile_now: Callable[[], Any]
) -> Any:
    """The network that `compile_now` compiles with `settings`, read from the folder `place`.

    Compiled and kept there if it is missing or damaged; only compiled where nothing can be kept.
    """
    core = openvino.Core()
    folder = place / f"compiled-{_key(core, settings)}"
    try:
        kept = _read(core, folder, settings)
        if kept is None:
            _keep(folder, compile_now())
            kept = _read(core, folder, settings)
    except (OSError, RuntimeError) as error:
        _LOG.warning("the model is compiled anew by every process: %s", error)
        kept = None
    return compile_now() if kept is None else kept


def _key(core: Any, settings: Mapping[str, object]) -> str:
    processor = [
        core.get_property("CPU", name) for name in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")
    ]
    told = json.dumps([processor, dict(settings)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _read(core: Any, folder: Path, settings: Mapping[str, object]) -> Any:
    """The network in a folder; None if there is none, or a damaged one, which is removed."""
    try:
        expected = (folder / _DIGEST).read_text(encoding="ascii")
        blob = (folder / _NETWORK).read_bytes()
        if hashlib.sha256(blob).hexdigest() == expected:
            # From a tensor, because a stream is copied first, which takes as long again.
            tensor = openvino.Tensor(np.frombuffer(blob, np.uint8))
            return core.import_model(tensor, "CPU", dict(settings))
    except FileNotFoundError:
        if not folder.exists():
            return None
    _LOG.warning("the compiled model %s is damaged and is made anew", folder)
    shutil.rmtree(folder)
    return None


def _keep(folder: Path, network: Any) -> None:
    with atomic_folder(folder) as fresh:
        (fresh / _NETWORK).write_bytes(network.export_model().getvalue())
        (fresh / _DIGEST).write_text(file_digest(fresh / _NETWORK), encoding="ascii")

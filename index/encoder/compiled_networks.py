"""Compiled networks, cached next to the models they were compiled from.

Compiling takes more than half a second of processor time, reading a compiled network a third of
that. A compiled network fits one processor and one set of settings, which are in its name.
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
    """Return the network that `compile_now` compiles with `settings`, cached in the folder `place`.

    It is compiled if it is missing or damaged; if the folder cannot be written, it is not cached.
    """
    core = openvino.Core()
    folder = place / f"compiled-{_key(core, settings)}"
    try:
        kept = _read(core, folder, settings)
        if kept is None:
            _keep(folder, compile_now())
            kept = _read(core, folder, settings)
    except (OSError, RuntimeError) as error:
        _LOG.warning("the model is compiled again by every process: %s", error)
        kept = None
    return compile_now() if kept is None else kept


def _key(core: Any, settings: Mapping[str, object]) -> str:
    processor = [
        core.get_property("CPU", name) for name in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")
    ]
    told = json.dumps([processor, dict(settings)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _read(core: Any, folder: Path, settings: Mapping[str, object]) -> Any:
    """The network in a folder; None if it is missing, or damaged and therefore removed."""
    try:
        expected = (folder / _DIGEST).read_text(encoding="ascii")
        blob = (folder / _NETWORK).read_bytes()
        if hashlib.sha256(blob).hexdigest() == expected:
            # From a tensor, because a stream is copied first, which doubles the time.
            tensor = openvino.Tensor(np.frombuffer(blob, np.uint8))
            return core.import_model(tensor, "CPU", dict(settings))
    except FileNotFoundError:
        if not folder.exists():
            return None
    _LOG.warning("the compiled model %s is damaged and is compiled again", folder)
    shutil.rmtree(folder)
    return None


def _keep(folder: Path, network: Any) -> None:
    with atomic_folder(folder) as fresh:
        (fresh / _NETWORK).write_bytes(network.export_model().getvalue())
        (fresh / _DIGEST).write_text(file_digest(fresh / _NETWORK), encoding="ascii")

"""The secret of a data folder: it signs cursors, whichever process made them."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

FILE = "secret"
_BYTES = 32


def folder_secret(folder: Path) -> bytes:
    """Return the secret of a data folder, created on first use; only its owner may read it.

    Empty if there is none and none can be written: then cursors are checked, but without a secret.
    """
    path = folder / FILE
    with suppress(FileNotFoundError):
        return path.read_bytes()
    try:
        # Written completely under another name first; of several processes, the first one wins.
        handle, name = tempfile.mkstemp(prefix=".secret-", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(name, path)
        finally:
            Path(name).unlink()
    except OSError:
        return b""
    return path.read_bytes()

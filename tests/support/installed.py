"""Packages that not everybody has: CI must have them; elsewhere their tests are skipped."""

import importlib.util
import os

import pytest

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
"""Read when haystack is imported: tests tell nobody anything."""


def needs(package: str) -> None:
    """Skip a test, saying why, where a package is not installed; fail in CI."""
    if importlib.util.find_spec(package) is None:
        assert "CI" not in os.environ, f"CI installs {package}"
        pytest.skip(f"{package} is not installed (pip install 'newsearch[dev]')")

"""SECURITY.md names tests that there are, and what the documentation promises can be found."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)
    assert len(named) > 30
    for file, function in named:
        source = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^def {function}\(", source, re.MULTILINE), f"{file}::{function}"


def test_every_file_that_is_named_exists() -> None:
    texts = [TEXT, (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")]
    named = {name for text in texts for name in re.findall(r"`(deploy/[\w./-]*\w)`", text)}
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
    for link in re.findall(r"\]\((docs/[\w.-]+)\)", TEXT):
        assert (ROOT / link).is_file(), link

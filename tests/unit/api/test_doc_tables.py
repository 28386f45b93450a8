"""The tables in the documentation say what the code says."""

from pathlib import Path

import pytest
from doc_tables import TABLES, filled, mark

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("name", ["settings.md", "formats.md", "http.md", "limits.md"])
def test_tables_are_up_to_date(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    assert text == filled(text), f"{name} is out of date: run {Path(__file__).name}"


def test_every_table_stands_somewhere() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    assert [name for name in TABLES if mark(name)[0] not in texts] == []


if __name__ == "__main__":
    for path in DOCS.glob("*.md"):
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")

"""The page for each kind of reader: ten minutes to read, and everything in it runs."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from server_process import running
from waiting import PATIENCE_S, wait_until

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "readers").glob("*.md"))
SUPPORT = ROOT / "tests" / "support"
ADDRESS = "http://127.0.0.1:8000"
WORDS_A_MINUTE = 100
"""Slower than people read: commands have to be tried."""

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("bash") is None, reason="the commands are for bash"),
]


def blocks(page: Path, kind: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server on the archive that the commands use."""
    with running(tmp_path / "data", index_wait_s=60) as server:
        url = server.address()
        wait_until(lambda: httpx.get(f"{url}/health/ready").is_success, "the server")
        yield url


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_runs(page: Path, tmp_path: Path, address: str) -> None:
    if "curl " in page.read_text(encoding="utf-8") and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    command = tmp_path / "bin" / "newsearch"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {SUPPORT}/hashing_newsearch.py "$@"\n')
    command.chmod(0o755)
    (tmp_path / "desk").mkdir()
    environment = {
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{SUPPORT}",
        "NEWSEARCH_DATA_DIR": str(tmp_path / "data"),
        "NEWSEARCH_TIME_ZONE": "UTC",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
    }
    written = blocks(page, "sh")
    assert len(written) >= 3
    programs = [(["bash", "-euo", "pipefail", "-c"], code) for code in written]
    programs += [([sys.executable, "-c"], code) for code in blocks(page, "python")]
    for start, code in programs:
        done = subprocess.run(
            [*start, code.replace(ADDRESS, address)],
            cwd=tmp_path / "desk", env=environment, capture_output=True, text=True, check=False,
            timeout=10 * PATIENCE_S,
        )  # fmt: skip
        assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_takes_ten_minutes(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").split()) <= 10 * WORDS_A_MINUTE


def test_there_is_a_page_for_every_reader_and_the_readme_leads_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {page.stem for page in PAGES} == {
        "administrator", "archivist", "developer", "journalist",
    }  # fmt: skip
    assert all(f"docs/readers/{page.name}" in readme for page in PAGES)
    assert len(readme.splitlines()) <= 150

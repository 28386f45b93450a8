"""What people install: a wheel made of the sdist, in an environment far from the checkout.

The environment sees the packages of this one, so that nothing is downloaded, but not newsearch.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
import venv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from newsrooms import write_records
from waiting import PATIENCE_S, wait_until

ROOT = Path(__file__).parents[2]
IN_SDIST = (
    "pyproject.toml", "README.md", "LICENSE", "NOTICE", "newsearch.py", "api", "index", "search",
)  # fmt: skip
CLEAN = re.compile(r"PYTHON\w*|NEWSEARCH_\w*|VIRTUAL_ENV")

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Installed:
    """An environment with newsearch in it, and an empty folder to be in."""

    folder: Path

    @property
    def scripts(self) -> Path:
        return self.folder / "venv" / ("Scripts" if os.name == "nt" else "bin")

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not CLEAN.fullmatch(name)}
        return {**kept, "NEWSEARCH_DATA_DIR": str(self.folder / "data"), "HF_HUB_OFFLINE": "1"}

    def run(self, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a program of the environment, outside the checkout."""
        command = [str(self.scripts / words[0]), *map(str, words[1:])]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True,
            check=False, timeout=10 * PATIENCE_S,
        )  # fmt: skip


def made(folder: Path, *options: str) -> Path:
    """The one file that a build of a project leaves."""
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "dist")]
    done = subprocess.run(
        [*build, *options, str(folder / "source")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    (found,) = (folder / "dist").iterdir()
    return found


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    (folder / "source").mkdir()
    for name in IN_SDIST:
        ignored = shutil.ignore_patterns("__pycache__")
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / "source" / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / "source" / name)
    return made(folder, "--sdist")


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as packed:
        packed.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    unpacked.rename(folder / "source")
    return made(folder, "--wheel")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    there = Installed(tmp_path_factory.mktemp("installed"))
    venv.create(there.folder / "venv", with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", str(there.scripts / "python"), "--quiet"]
    options = ["install", "--no-deps", "--no-index", "--disable-pip-version-check"]
    subprocess.run([*pip, *options, str(wheel)], check=True, env=there.environment)
    asked = there.run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    own = Path(asked.stdout.strip())
    (own / "shared.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return there


def test_the_wheel_has_the_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"api", "index", "search", "newsearch.py"}
    files = {
        path.relative_to(ROOT).as_posix()
        for package in ("api", "index", "search")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert files - set(names) == set(), "files that an installation would lack"
    assert any(name.endswith("licenses/NOTICE") for name in names)


def test_it_is_what_runs_and_not_the_checkout(installed: Installed) -> None:
    where = "import newsearch, api; print(newsearch.__file__, api.__file__)"
    told = installed.run("python", "-c", where)
    assert told.returncode == 0, told.stderr
    assert all(str(installed.folder) in place for place in told.stdout.split())
    named = installed.run("newsearch", "--version")
    assert re.fullmatch(r"newsearch \d+\.\d+\.\d+\n", named.stdout), named
    assert "First steps" in installed.run("newsearch", "--help").stdout


def test_what_it_needs_is_what_the_checkout_has(installed: Installed) -> None:
    checked = (
        "from importlib.metadata import requires, version\n"
        "from packaging.requirements import Requirement\n"
        "for line in requires('newsearch'):\n"
        "    one = Requirement(line)\n"
        "    if one.marker is None or one.marker.evaluate({'extra': ''}):\n"
        "        assert one.specifier.contains(version(one.name), prereleases=True), line\n"
    )
    told = installed.run("python", "-c", checked)
    assert told.returncode == 0, told.stderr


@contextmanager
def serving(installed: Installed) -> Iterator[str]:
    command = [str(installed.scripts / "newsearch"), "serve", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=installed.folder, env=installed.environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        told = ""
        while "newsearch is ready at" not in told:
            line = process.stderr.readline()
            assert line, f"it ended: {told}"
            told += line
        match = re.search(r"ready at (http://\S+)", told)
        assert match is not None
        yield match[1]
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        process.stderr.close()


def fetch(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
        return answer.status, answer.read().decode()


def test_serving_is_the_first_command(installed: Installed) -> None:
    with serving(installed) as url:
        wait_until(lambda: fetch(f"{url}/health/ready")[0] == 200, "an empty archive to be ready")
        status, page = fetch(f"{url}/")
        assert (status, "newsearch index" in page) == (200, True)
        for address in linked(page):
            assert len(fetch(f"{url}{address}")[1]) > 100, address
        status, page = fetch(f"{url}/docs")
        for address in linked(page):
            assert len(fetch(f"{url}{address}")[1]) > 100, address
        assert '"hits":[]' in fetch(f"{url}/v1/search?q=ferry")[1].replace(" ", "")


def linked(page: str) -> Sequence[str]:
    found = re.findall(r'(?:href|src)="(/(?:static|docs)/[^"]+)"', page)
    assert found
    return found


def test_the_data_that_analysis_needs_came_along(installed: Installed) -> None:
    split = (
        "from index.analysis import analyzer_for\nprint(analyzer_for('de').terms('hafenbehörde'))\n"
    )
    told = installed.run("python", "-c", split)
    assert told.returncode == 0, told.stderr
    assert "'behord'" in told.stdout, "the word list of compounds"


@pytest.mark.slow
def test_articles_are_indexed_and_found(installed: Installed) -> None:
    """With the default model, which the first run converts."""
    records = write_records(installed.folder / "records.jsonl")
    indexed = installed.run("newsearch", "index", records)
    assert indexed.returncode == 0, indexed.stderr
    found = installed.run("newsearch", "search", "Nachtfähre", "im", "Hafen")
    assert (found.returncode, "Nachtfähre kehrt" in found.stdout) == (0, True), found.stderr

"""The command line in this process, with the hashing encoder in the place of every model."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hashing_encoder import HashingEncoder
from newsrooms import articles_of, service_in
from typer.testing import CliRunner

from api.cli.app import application

Run: TypeAlias = Callable[..., Any]


class NamedHashingEncoder(HashingEncoder):
    """A hashing encoder under any name, each a model of its own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        if name != self.identity.name:
            self.identity = replace(self.identity, name=name, revision=name)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def run(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on `data_dir`: `run("search", "ferry")` gives exit_code, stdout, stderr."""
    monkeypatch.setattr("index.encoder.load_encoder", lambda name, **_: NamedHashingEncoder(name))
    monkeypatch.setenv("NEWSEARCH_DATA_DIR", str(data_dir))
    monkeypatch.setenv("NEWSEARCH_TIME_ZONE", "UTC")

    def invoke(*args: str, stdin: str | bytes | None = None) -> Any:
        return CliRunner().invoke(application(), list(args), input=stdin, catch_exceptions=False)

    return invoke


@pytest.fixture
def filled(data_dir: Path) -> Path:
    """A data folder with the articles of `newsrooms`, indexed."""
    with service_in(data_dir) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
    return data_dir

"""The command as a process: streams, pipes, and what is never loaded."""

import contextlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from newsrooms import articles_of, service_in
from waiting import PATIENCE_S

REPOSITORY = Path(__file__).parents[2]
COMMAND = "from api.cli import main; main()"
NEVER = "torch", "sentence_transformers", "transformers", "openvino", "scipy", "datasketch"
WATCHED = f"""
import sys
from api.cli import main
try:
    main()
finally:
    loaded = [name for name in {NEVER!r} if name in sys.modules]
    assert not loaded, loaded
"""


def started(data_dir: Path, code: str, args: Sequence[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *args],
        env={
            "PYTHONPATH": str(REPOSITORY),
            "PATH": "/usr/bin:/bin",
            "NEWSEARCH_DATA_DIR": str(data_dir),
            "PYTHONUNBUFFERED": "",
            "HF_HUB_OFFLINE": "1",  # nobody is asked for a model that this machine does not have
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose index was made with an encoder that this machine cannot load."""
    folder = tmp_path_factory.mktemp("data")
    with service_in(folder) as service:
        service.archive.put(articles_of(service))
        long = {"id": "long", "text": "A word after another. " * 20_000, "lang": "en"}
        service.archive.put(articles_of(service, [long]))
        service.upkeep.sync()
    return folder


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["stats"], 0),
        (["config"], 0),
        (["show", "ferry-1"], 0),
        (["delete", "nobody"], 2),
        (["search", "ferry", "--mode", "keyword"], 0),
        (["--help"], 0),
    ],
    ids=str,
)
def test_no_model_is_loaded_without_need(filled: Path, args: list[str], status: int) -> None:
    process = started(filled, WATCHED, args)
    _, messages = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == status, messages


def test_a_broken_pipe_is_quiet(filled: Path) -> None:
    process = started(filled, COMMAND, ["show", "long"])
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    messages = process.stderr.read()
    process.stderr.close()
    assert (process.wait(PATIENCE_S), messages) == (0, "")


def test_a_model_that_cannot_be_loaded_is_an_error_in_words(filled: Path) -> None:
    process = started(filled, COMMAND, ["search", "ferry", "--mode", "semantic"])
    printed, messages = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, printed) == (2, "")
    assert messages.startswith("error: ")
    assert "Traceback" not in messages


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of POSIX")
def test_on_a_terminal_there_are_styles(filled: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "search", "night ferry", "--mode", "keyword"],
        env={
            "PYTHONPATH": str(REPOSITORY),
            "NEWSEARCH_DATA_DIR": str(filled),
            "TERM": "xterm-256color",
        },
        stdout=follower,
        stderr=subprocess.DEVNULL,
    )
    os.close(follower)
    printed = b""
    with contextlib.suppress(OSError):  # how Linux says that the other end was closed
        while block := os.read(leader, 65_536):
            printed += block
    os.close(leader)
    assert process.wait(PATIENCE_S) == 0
    assert re.search(rb"\x1b\[[0-9;]*m(N|n)ight", printed)


def test_a_port_that_is_in_use_has_a_status(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        process = started(tmp_path / "data", COMMAND, ["serve", "--port", str(port)])
        told = process.communicate(timeout=PATIENCE_S)[1]
    assert process.returncode == 2
    assert f"port {port} of 127.0.0.1 is in use" in told
    assert "--port" in told
    assert "Traceback" not in told

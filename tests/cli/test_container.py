"""The image of deploy/container, built and asked. Slow: it installs everything from the index.

What this does not prove: that an engine's isolation suits it (read-only root, no capabilities,
limits), nor that the official Python image behaves as Debian's Python does here.
"""

import json
import os
import re
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from container import Builder, why_not
from newsrooms import RECORDS
from waiting import PATIENCE_S

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "container" / "Dockerfile"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    made = Builder(tmp_path_factory.mktemp("container"))
    made.make_base()
    links = os.environ.get("PIP_FIND_LINKS")
    made.build(DOCKERFILE, ROOT, "newsearch", Path(links) if links else None)
    return made


@pytest.fixture
def container(builder: Builder) -> Iterator[str]:
    name = builder.run("from", "newsearch")
    yield name
    builder.run("rm", name)


def test_the_image_is_as_the_dockerfile_says(builder: Builder) -> None:
    config = json.loads(builder.run("inspect", "--type", "image", "newsearch"))["Docker"]["config"]
    assert config["User"] == "10001"
    assert config["Entrypoint"] + config["Cmd"] == ["newsearch", "serve"]
    assert config["Volumes"] == {"/data": {}}
    assert "/health/live" in " ".join(config["Healthcheck"]["Test"])


def test_it_serves_with_a_key_of_its_own(builder: Builder, container: str) -> None:
    run = ["run", "--isolation=chroot", "--user=10001", "--env=NEWSEARCH_HOST=127.0.0.1"]
    run += ["--env=NEWSEARCH_PORT=0", container, "--", "newsearch", "serve"]
    process = subprocess.Popen(
        builder.command(*run), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stderr is not None
    lines: list[str] = []
    try:
        for line in process.stderr:
            lines.append(line)
            if "newsearch is ready at" in line:
                break
        told = "".join(lines)
        address = re.search(r"ready at (http://[\w.:]+)", told)
        key = re.search(r"ns_[0-9a-f]{10}_[0-9a-f]{64}", told)
        assert address is not None, told
        assert key is not None, told
        threading.Thread(target=process.stderr.read, daemon=True).start()

        def ask(path: str, body: object = None) -> object:
            request = urllib.request.Request(
                f"{address[1]}{path}",
                None if body is None else json.dumps(body).encode(),
                {"Authorization": f"Bearer {key[0]}", "Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=10 * PATIENCE_S) as answer:
                return json.loads(answer.read())

        assert ask("/health/live") == {"status": "live"}
        assert ask("/v1/articles", list(RECORDS))["added"] == len(RECORDS)  # type: ignore[index]
        found = ask("/v1/search?q=ferry&mode=keyword")
        assert found["hits"] is not None  # type: ignore[index]
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        process.stderr.close()

"""Clients made from the description of the API by other people's generators, one call each.

Slow, because the generators come from the package index and the npm registry each time.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from live_server import live
from newsrooms import articles_of, service_in

from api.stores.keys import Scope

pytestmark = pytest.mark.slow

PYTHON_CLIENT = "openapi-python-client>=0.29,<1"
GENERATOR = "openapi-generator-cli>=7.20,<8"
"""The same jar that the npm package of this name downloads from elsewhere."""

ASK_IN_PYTHON = """
import sys
from newsearch_client import AuthenticatedClient
from newsearch_client.api.search import get_search
from newsearch_client.models import SearchBody
with AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2]) as client:
    page = get_search.sync(client=client, q="ferry")
assert isinstance(page, SearchBody), page
print(sorted(hit.id for hit in page.hits))
"""
ASK_IN_TYPESCRIPT = """
import { Configuration, SearchApi } from "./client/index";
const [address, key] = process.argv.slice(2);
const api = new SearchApi(new Configuration({ basePath: address, accessToken: key }));
api.getSearch({ q: "ferry" }).then((page) => {
  console.log(JSON.stringify(page.hits.map((hit) => hit.id).sort()));
});
"""
COMPILER = {
    "compilerOptions": {
        "target": "es2020", "module": "commonjs", "lib": ["es2020", "dom"], "strict": True,
        "outDir": "built", "skipLibCheck": True, "types": ["node"],
    },
    "include": ["*.ts", "client/**/*.ts"],
}  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a server, and a key to it."""
    with service_in(tmp_path / "data") as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        _, token = service.keys.add("client", [Scope.SEARCH])
        with live(service) as url:
            yield url, token


@pytest.fixture
def description(server: tuple[str, str], tmp_path: Path) -> Path:
    url, token = server
    found = httpx.get(f"{url}/openapi.json", headers={"X-API-Key": token})
    path = tmp_path / "openapi.json"
    path.write_bytes(found.content)
    return path


def run(command: Sequence[str | Path], folder: Path, **variables: str) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), **variables},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def installed(package: str, folder: Path) -> Path:
    """Install a package into a folder of its own, or skip the test without an index."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder / "tool")]
    done = subprocess.run([*pip, package], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{package} cannot be installed here: {done.stderr[-200:]}")
    return folder / "tool"


def test_openapi_python_client(server: tuple[str, str], description: Path, tmp_path: Path) -> None:
    tool = installed(PYTHON_CLIENT, tmp_path)
    made = tmp_path / "made"
    run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", description,
         "--meta", "none", "--output-path", made / "newsearch_client"],
        tmp_path, PYTHONPATH=str(tool), PATH=f"{tool / 'bin'}:/usr/bin:/bin",
    )  # fmt: skip
    told = run(
        [sys.executable, "-c", ASK_IN_PYTHON, *server], tmp_path, PYTHONPATH=f"{made}:{tool}"
    )
    assert told.strip() == "['ferry-1', 'ferry-2']"


def test_openapi_generator_for_typescript(
    server: tuple[str, str], description: Path, tmp_path: Path
) -> None:
    for program in ("java", "npm", "node"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    tool = installed(GENERATOR, tmp_path)
    (jar,) = tool.glob("**/openapi-generator*.jar")
    made = tmp_path / "made"
    made.mkdir()
    run(
        ["java", "-jar", jar, "generate", "-g", "typescript-fetch", "-i", description,
         "-o", made / "client", "--additional-properties", "supportsES6=true"],
        tmp_path,
    )  # fmt: skip
    (made / "ask.ts").write_text(ASK_IN_TYPESCRIPT, encoding="utf-8")
    (made / "tsconfig.json").write_text(json.dumps(COMPILER), encoding="utf-8")
    (made / "package.json").write_text('{"name": "ask", "private": true}', encoding="utf-8")
    run(["npm", "install", "--no-audit", "--no-fund", "typescript@5", "@types/node@22"], made)
    run([made / "node_modules" / ".bin" / "tsc"], made)
    told = run(["node", made / "built" / "ask.js", *server], made)
    assert json.loads(told) == ["ferry-1", "ferry-2"]

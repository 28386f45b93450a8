"""The MCP server, asked by the official client: over stdio (a process of its own) and over HTTP."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from live_server import live
from newsrooms import articles_of, service_in
from waiting import PATIENCE_S

pytest.importorskip("mcp", reason="needs the extra newsearch[mcp]")

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from api.settings.version import version

ROOT = Path(__file__).parents[2]
SUPPORT = ROOT / "tests" / "support"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    with service_in(tmp_path / "data") as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
    return tmp_path / "data"


async def conversation(session: Any) -> None:
    """What a model does: look what there is, search, read, follow, and go wrong."""
    started = await session.initialize()
    assert (started.serverInfo.name, started.serverInfo.version) == ("newsearch", version())
    tools = {tool.name: tool for tool in (await session.list_tools()).tools}
    assert set(tools) == {"search", "ask", "read_article", "story", "timeline"}
    assert all(tool.description and tool.annotations.readOnlyHint for tool in tools.values())

    found = (await session.call_tool("search", {"query": "night ferry harbour"})).structuredContent
    first = found["articles"][0]
    assert (first["id"], first["date"], first["source"]) == (
        "ferry-1",
        "2025-03-04",
        "Port Gazette",
    )
    assert first["url"] == "https://news.example/ferry-1"
    assert any("night ferry" in passage for passage in first["passages"])

    asked = {"query": "ferry", "sort": "oldest", "recency": "7d", "as_of": "2025-04-11"}
    dated = (await session.call_tool("search", asked)).structuredContent
    assert [article["id"] for article in dated["articles"]][:1] == ["ferry-1"]

    read = (await session.call_tool("read_article", {"id": "world/bridge-1"})).structuredContent
    assert read["text"].startswith("The mayor opened the bridge")
    assert (read["date"], read["next_offset"]) == ("2025-05-01", None)

    asked = {"question": "When did the mayor open the bridge?"}
    quoted = (await session.call_tool("ask", asked)).structuredContent["quotations"][0]
    assert (quoted["text"], quoted["source"]) == (
        "The mayor opened the bridge on Sunday.",
        "Valley Post",
    )

    counted = {"query": "+ferry", "by": "month", "languages": ["en"]}
    told = (await session.call_tool("timeline", counted)).structuredContent
    assert [(step["first"], step["articles"]) for step in told["steps"]] == [
        ("2025-03-01", 1), ("2025-04-01", 1),
    ]  # fmt: skip
    assert (told["counts"], told["by"]) == ("exact", "month")
    assert [article["id"] for article in told["articles"]] == ["ferry-1", "ferry-2"]

    for tool, arguments, why in (
        ("search", {"query": "title:("}, "column"),
        ("read_article", {"id": "nowhere"}, "nowhere"),
        ("story", {"id": "nowhere"}, "nowhere"),
        ("search", {"query": "ferry", "limit": 1000}, "50"),
        ("search", {"query": "ferry", "recency": "soon"}, "half-life"),
    ):
        refused = await session.call_tool(tool, arguments)
        assert refused.isError
        assert why in refused.content[0].text


def test_over_stdio(data_dir: Path) -> None:
    parameters = StdioServerParameters(
        command=sys.executable,
        args=[str(SUPPORT / "mcp_hashing.py"), str(data_dir)],
        env={"PYTHONPATH": f"{SUPPORT}:{ROOT}", "PATH": "/usr/bin:/bin"},
    )

    async def talk() -> None:
        async with stdio_client(parameters) as (receive, send), ClientSession(receive, send) as one:
            await conversation(one)

    anyio.run(talk)


def test_over_http(data_dir: Path) -> None:
    async def talk(address: str) -> None:
        async with (
            streamable_http_client(f"{address}/mcp") as (receive, send, _),
            ClientSession(receive, send) as session,
        ):
            await conversation(session)

    with service_in(data_dir) as service, live(service) as address:
        anyio.run(talk, address)
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        headers = {"Accept": "application/json, text/event-stream", "Host": "evil.example"}
        assert httpx.post(f"{address}/mcp", json=body, headers=headers).status_code == 421


@pytest.mark.parametrize("leaves_first", ["stdin", "stdout"])
def test_a_client_that_leaves_ends_it_quietly(data_dir: Path, leaves_first: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", "mcp", "--data-dir", data_dir],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    line = json.dumps(hello).encode() + b"\n"
    process.stdin.write(line)
    process.stdin.flush()
    assert b"serverInfo" in process.stdout.readline()
    if leaves_first == "stdout":
        process.stdout.close()
        process.stdin.write(line.replace(b'"id": 1', b'"id": 2'))
        process.stdin.flush()
    process.stdin.close()
    with process.stderr as told:
        assert told.read() == b""
    assert process.wait(PATIENCE_S) == 0
    process.stdout.close()

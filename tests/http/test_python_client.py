"""The Python client against a real server, and the examples of docs/python.md as they stand."""

import re
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import pytest
from hashing_encoder import HashingEncoder
from installed import needs
from live_server import live
from news_server import Answer, serving
from newsrooms import RECORDS, service_in

from api.client.retrying import Retrying
from index.errors import ArticleNotFound, NoServer, RecordError, ServerProblem
from newsearch import AsyncClient, Client, OpenIndex, open_index

DOCS = Path(__file__).parents[2] / "docs" / "python.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with service_in(tmp_path / "data", index_wait_s=60) as service, live(service) as address:
        yield address


def test_every_call(url: str) -> None:
    with Client(url) as client:
        posted = client.post(*RECORDS)
        assert (posted.added, posted.searchable) == (len(RECORDS), True)
        page = client.search("ferry", mode="keyword", lang=["en"], date_from="2025-04", limit=1)
        assert [hit.id for hit in page.hits] == ["ferry-2"]
        assert client.suggest("night fer").words[0].word == "ferry"
        assert client.get("world/bridge-1").title == "Mayor opens the new bridge"
        assert client.stats().articles == len(RECORDS)
        assert client.delete("ferry-2").deleted == ["ferry-2"]
        job = client.wait(client.reindex().id)
        assert (job.state, [one.id for one in client.jobs()]) == ("done", [job.id])
        assert client.job(job.id) == job
        with pytest.raises(ServerProblem, match="already ended"):
            client.pause(job.id)


def test_hits_go_through_all_pages(url: str) -> None:
    with Client(url) as client:
        client.post(*({"id": f"n{n}", "text": f"Ferry {n}.", "lang": "en"} for n in range(25)))
        found = [hit.id for hit in client.hits("ferry", mode="keyword", limit=10)]
        assert (len(found), len(set(found))) == (25, 25)

        async def asked() -> list[str]:
            async with AsyncClient(url) as client:
                return [hit.id async for hit in client.hits("ferry", mode="keyword", limit=10)]

        assert anyio.run(asked) == found


def test_the_async_client_has_every_method(url: str) -> None:
    def methods(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert methods(AsyncClient) == methods(Client)

    async def asked() -> None:
        async with AsyncClient(url) as client:
            assert (await client.post(RECORDS[0])).added == 1
            assert (await client.get("ferry-1")).source == "Port Gazette"
            job = await client.post_later(RECORDS)
            assert (await client.wait(job.id)).state == "done"
            with pytest.raises(ServerProblem) as missing:
                await client.get("nothing")
            assert (missing.value.status, missing.value.kind) == (404, "no-article")

    anyio.run(asked)


def test_safe_calls_are_tried_again_and_others_never() -> None:
    with serving() as server, Client(server.url, retries=2) as client:
        server.pages |= {
            "/v1/articles/a": [Answer(502), Answer(503), Answer(404)],
            "/v1/articles": Answer(503),
        }
        with pytest.raises(ServerProblem) as missing:
            client.get("a")
        assert missing.value.status == 404
        assert len(server.asked) == 3
        with pytest.raises(ServerProblem):
            client.post({"text": "A."})
        assert len(server.asked) == 4
    with pytest.raises(NoServer), Client(server.url, retries=1) as client:
        client.stats()


@pytest.mark.parametrize(
    ("is_safe", "tried", "status", "least", "most"),
    [
        (True, 1, 502, 0.1, 0.2),
        (True, 2, 502, 0.2, 0.4),
        (True, 1, None, 0.1, 0.2),
        (True, 1, 429, 7.0, 7.0),
        (True, 4, 502, None, None),
        (True, 1, 404, None, None),
        (False, 1, 502, None, None),
    ],
)
def test_when_to_try_again(
    is_safe: bool, tried: int, status: int | None, least: float | None, most: float | None
) -> None:
    headers = {"Retry-After": "7"} if status == 429 else {}
    answer = None if status is None else httpx.Response(status, headers=headers)
    wait_s = Retrying(3).wait_s(is_safe, tried, answer)
    if least is None or most is None:
        assert wait_s is None
    else:
        assert wait_s is not None
        assert least <= wait_s <= most


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenIndex]:
    monkeypatch.setattr("index.encoder.load_encoder", lambda *_, **__: HashingEncoder())
    with open_index(tmp_path / "data", time_zone="UTC") as index:
        index.add(*RECORDS)
        yield index


def test_an_open_index(notebook: OpenIndex) -> None:
    results = notebook.search("ferry", mode="keyword", date_to="2025-03")
    assert [hit.id for hit in results] == ["ferry-1"]
    assert (len(results), results[0].title) == (1, "Night ferry returns to the harbour")
    assert {article.id for article in notebook} == {record["id"] for record in RECORDS}
    assert len(notebook) == len(RECORDS)
    assert notebook.get("ferry-1").authors == ["Ada Quill"]
    assert notebook.stats().articles == len(RECORDS)
    with pytest.raises(ArticleNotFound):
        notebook.get("nothing")
    with pytest.raises(RecordError, match="record 2"):
        notebook.add({"text": "fine"}, {"title": ["not one line"]})
    assert len(notebook) == len(RECORDS)


def test_results_as_a_data_frame(notebook: OpenIndex) -> None:
    frame = notebook.search("ferry", mode="keyword", lang=["en"]).to_pandas()
    assert sorted(frame["id"]) == ["ferry-1", "ferry-2"]
    assert list(frame.columns)[:3] == ["rank", "id", "title"]
    assert notebook.search("zeppelin", mode="keyword").to_pandas().empty


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_examples_run(
    number: int, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.encoder.load_encoder", lambda *_, **__: HashingEncoder())
    monkeypatch.chdir(tmp_path)
    for package in re.findall(r"^# needs: (\w+)$", EXAMPLES[number], re.MULTILINE):
        needs(package)
    with Client(url) as client:
        client.post(*RECORDS)
    code = EXAMPLES[number].replace("http://127.0.0.1:8000", url).replace('"data"', '"mine"')
    exec(compile(code, f"{DOCS.name}, example {number + 1}", "exec"), {"__name__": "example"})

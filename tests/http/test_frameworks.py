"""The retriever for LangChain and the component for Haystack, against a real server.

In CI both are installed (`newsearch[dev]`); elsewhere what is missing is skipped.
"""

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from installed import needs
from live_server import live
from newsrooms import articles_of, service_in

from index.errors import ServerProblem

CLIENT = Path(__file__).parents[2] / "api" / "client"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with service_in(tmp_path_factory.mktemp("data")) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        with live(service) as address:
            yield address


@pytest.mark.parametrize("name", ["langchain.py", "haystack.py"])
def test_each_stays_under_60_lines(name: str) -> None:
    assert len((CLIENT / name).read_text(encoding="utf-8").splitlines()) < 60


def test_langchain(url: str) -> None:
    needs("langchain_core")
    from langchain_core.runnables import RunnableLambda

    from api.client.langchain import NewsRetriever

    retriever = NewsRetriever(url=url, limit=2, parameters={"mode": "keyword", "lang": ["en"]})
    found = retriever.invoke("night ferry")
    assert [document.id for document in found] == ["ferry-1", "ferry-2"]
    assert "The night ferry left the harbour at ten." in found[0].page_content
    assert found[0].metadata["url"] == "https://news.example/ferry-1"
    assert (found[0].metadata["source"], found[0].metadata["date"]) == (
        "Port Gazette", "2025-03-04",
    )  # fmt: skip
    assert anyio.run(retriever.ainvoke, "night ferry") == found
    chain = retriever | RunnableLambda(lambda documents: [one.metadata["id"] for one in documents])
    assert chain.invoke("fares") == ["ferry-2"]
    assert retriever.invoke("zeppelin") == []
    with pytest.raises(ServerProblem, match="there is no field tittle"):
        retriever.invoke("tittle:ferry")
    secret = NewsRetriever(url=url, headers={"Authorization": "Bearer hidden"})
    assert "hidden" not in repr(secret)


def test_haystack(url: str) -> None:
    needs("haystack")
    from haystack import Pipeline
    from haystack.components.builders import PromptBuilder

    from api.client.haystack import NewsRetriever

    pipeline = Pipeline()
    retriever = NewsRetriever(url, 2, {"mode": "keyword"}, {"X-Api-Key": "hidden"})
    pipeline.add_component("news", retriever)
    template = "{% for one in documents %}{{ one.id }}: {{ one.content }}\n{% endfor %}"
    pipeline.add_component("prompt", PromptBuilder(template, required_variables=["documents"]))
    pipeline.connect("news.documents", "prompt.documents")
    answer = pipeline.run({"news": {"query": "ferry"}}, include_outputs_from={"news"})
    documents = answer["news"]["documents"]
    assert {document.id for document in documents} == {"ferry-1", "ferry-2"}
    assert documents[0].score >= documents[1].score > 0
    assert documents[0].meta["source"] == "Port Gazette"
    assert documents[0].content in answer["prompt"]["prompt"]

    written = pipeline.dumps()
    assert "hidden" not in written
    loaded = Pipeline.loads(written, allowed_modules=["api.client.haystack"])
    again = loaded.run({"news": {"query": "ferry", "limit": 1}})
    assert again["prompt"]["prompt"].count(": ") == 1

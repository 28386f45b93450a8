"""The page at `/`: it answers, escapes everything, and may load nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from newsrooms import articles_of, service_in

from api.app import create_app

HOSTILE = {
    "id": "hostile",
    "title": "<script>alert('ferry')</script>",
    "text": "A ferry <img src=x onerror=alert(1)> & more words.",
    "lang": "en",
    "source": '"><b>bold</b>',
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with service_in(tmp_path / "data") as service:
        service.put(articles_of(service, [HOSTILE]))
        service.sync()
        with TestClient(create_app(service)) as client:
            yield client


def test_results_are_escaped_and_marked(client: TestClient) -> None:
    answer = client.get("/", params={"q": 'ferry "more words"'})
    assert answer.status_code == 200
    assert "<mark>ferry</mark>" in answer.text
    assert 'value="ferry &quot;more words&quot;"' in answer.text
    for raw in ("<script", "<img", "<b>"):
        assert raw not in answer.text


def test_a_bad_query_is_shown_with_its_caret(client: TestClient) -> None:
    answer = client.get("/", params={"q": 'ferry "'})
    assert answer.status_code == 400
    assert "  ferry &quot;\n        ^" in answer.text


def test_the_empty_form_needs_no_index_and_loads_nothing(tmp_path: Path) -> None:
    with service_in(tmp_path / "empty") as service, TestClient(create_app(service)) as client:
        answer = client.get("/")
        missing = client.get("/", params={"q": "ferry"})
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert missing.status_code == 503
    assert str(tmp_path) not in missing.text

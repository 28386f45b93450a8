"""Errors as HTTP answers: every class has its status, and no body tells about the machine."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.http import problem_responses as problems
from api.problems import KINDS
from index import errors
from index.errors import NewsearchError, QueryError
from index.readers.unknown_encodings import UnknownEncoding
from index.text.decoding import NotDecodable

SECRET = "/srv/secret/newsearch"


def made(kind: type[NewsearchError]) -> NewsearchError:
    """An error of a class, its message naming a path."""
    if kind is QueryError:
        return QueryError("a quote is not closed", query='a "b', column=2, expected='a "')
    if kind is errors.NoText:
        return errors.NoText("line 3", "its fields are id and title", has_title=True)
    if kind is UnknownEncoding:
        return UnknownEncoding("line 3", NotDecodable("it is not UTF-8", b"\xff"))
    if kind is errors.RecordError:
        return errors.RecordError("line 3", "text is missing")
    if kind is errors.ArticleNotFound:
        return errors.ArticleNotFound("x")
    for of_a_file in (errors.DamagedFile, errors.IndexUnwritable):
        if kind is of_a_file:
            return of_a_file(Path(SECRET), "something")
    return kind(f"{SECRET}: something")


def subclasses(parent: type[NewsearchError]) -> Iterator[type[NewsearchError]]:
    yield parent
    for child in parent.__subclasses__():
        yield from subclasses(child)


def answer_to(error: Exception) -> tuple[int, dict[str, object], str]:
    """Status, body and media type of an endpoint that raises."""
    app = FastAPI()
    problems.install(app)

    @app.get("/")
    def fail() -> None:
        raise error

    answer = TestClient(app, raise_server_exceptions=False).get("/")
    return answer.status_code, answer.json(), answer.headers["content-type"]


@pytest.mark.parametrize("kind", list(subclasses(NewsearchError)), ids=lambda kind: kind.__name__)
def test_every_error_is_a_problem(kind: type[NewsearchError]) -> None:
    status, body, media_type = answer_to(made(kind))
    assert media_type == "application/problem+json"
    assert 400 <= status < 600
    assert body["status"] == status
    assert {"type", "title", "detail"} <= body.keys()


@pytest.mark.parametrize(
    "kind",
    [kind for kind, shown in KINDS.items() if shown.detail is not None],
    ids=lambda kind: kind.__name__,
)
def test_messages_that_may_name_a_path_are_logged_not_sent(
    kind: type[NewsearchError], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        _, body, _ = answer_to(made(kind))
    assert SECRET not in str(body)
    assert SECRET in caplog.text


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.QueryError, 400),
        (errors.CursorError, 400),
        (errors.ArticleNotFound, 404),
        (errors.SnapshotGone, 410),
        (errors.IndexMissing, 503),
        (errors.EncoderError, 503),
        (errors.SettingsError, 500),
    ],
)
def test_statuses(kind: type[NewsearchError], status: int) -> None:
    assert answer_to(made(kind))[0] == status


def test_a_bad_query_says_where() -> None:
    _, body, _ = answer_to(made(QueryError))
    assert (body["query"], body["column"], body["expected"]) == ('a "b', 2, 'a "')
    assert body["detail"] == "a quote is not closed"
    assert '  a "b\n    ^' in str(body["shown"])


def test_an_unexpected_error_shows_an_id_that_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        status, body, _ = answer_to(KeyError(SECRET))
    assert status == 500
    assert SECRET not in str(body)
    assert "Traceback" not in str(body)
    assert str(body["id"]) in caplog.text
    assert SECRET in caplog.text

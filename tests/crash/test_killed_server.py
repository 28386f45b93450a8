"""A server killed in the middle of a job: another takes it over; nothing is lost or doubled."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from newsrooms import articles_of, service_in
from server_process import running
from waiting import PATIENCE_S, wait_until

PROGRAM = "serve_hanging.py"
ARTICLES = 700


def word(number: int) -> str:
    """One that only this article has."""
    return "q" + "".join("bcdfghjkmp"[int(digit)] for digit in str(number)) + "z"


def record(number: int) -> dict[str, Any]:
    text = f"About {word(number)} on {number % 28 + 1} June, from the pier of {word(number)}."
    return {"id": f"n{number}", "title": f"Report {number}", "text": text, "lang": "en"}


def when(client: httpx.Client, job_id: str, holds: Callable[[dict[str, Any]], bool]) -> Any:
    """The job, once something holds of it."""

    def looked_at() -> Any:
        job = client.get(f"/v1/jobs/{job_id}").json()
        return job if holds(job) else None

    return wait_until(looked_at, "the change of the job")


def owner(folder: Path, job_id: str) -> str:
    with service_in(folder) as service, service.database.connection() as connection:
        (name,) = connection.execute("SELECT owner FROM jobs WHERE id = ?", (job_id,)).fetchone()
    return str(name)


def taken_over(
    folder: Path, step: str, begin: Callable[[httpx.Client], httpx.Response]
) -> dict[str, Any]:
    """The result of a job that one server begins, hanging at a step of it, and another finishes;
    everything is searchable once."""
    with running(folder, PROGRAM, step) as doomed, httpx.Client(timeout=PATIENCE_S) as client:
        client.base_url = doomed.address()
        answer = begin(client)
        assert answer.status_code == 202
        job_id = answer.json()["id"]
        doomed.wait_for("hanging")
        first_owner = owner(folder, job_id)
        with running(folder, PROGRAM, "none") as heir:
            client.base_url = heir.address()
            doomed.process.kill()
            doomed.process.wait()
            job = when(client, job_id, lambda job: job["state"] != "running")
            assert job["state"] == "done", job
            assert owner(folder, job_id) != first_owner
            everything_is_there_once(client)
    assert list((folder / "jobs").glob("*")) == []
    assert not (folder / "index" / "rebuild").exists()
    return dict(job["result"])


def everything_is_there_once(client: httpx.Client) -> None:
    stats = client.get("/v1/stats").json()
    assert (stats["archived"], stats["articles"], stats["chunks"], stats["pending"]) == (
        ARTICLES, ARTICLES, ARTICLES, 0,
    )  # fmt: skip
    assert total(client, "report") == ARTICLES
    for number in (0, 255, 256, 511, 512, ARTICLES - 1):
        assert total(client, word(number)) == 1


def total(client: httpx.Client, query: str) -> int:
    parameters = {"q": query, "mode": "keyword", "duplicates": "show"}
    return int(client.get("/v1/search", params=parameters).json()["total"]["value"])


def revisions(folder: Path) -> int:
    with service_in(folder) as service, service.database.connection() as connection:
        (count,) = connection.execute("SELECT count(*) FROM revisions").fetchone()
    return int(count)


def test_an_import_is_taken_over(tmp_path: Path) -> None:
    lines = [json.dumps(record(number)) for number in range(ARTICLES)]
    lines.insert(10, "{broken")
    lines.insert(600, "[]")
    headers = {"Content-Type": "application/x-ndjson", "Prefer": "respond-async"}
    result = taken_over(
        tmp_path / "data",
        "put",
        lambda client: client.post("/v1/articles", content="\n".join(lines), headers=headers),
    )
    assert result["added"] == ARTICLES
    assert [failure["place"] for failure in result["failures"]] == ["body:11", "body:601"]
    assert revisions(tmp_path / "data") == ARTICLES


def test_a_rebuild_is_taken_over_where_it_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with service_in(folder) as service:
        service.archive.put(articles_of(service, [record(number) for number in range(ARTICLES)]))
        service.upkeep.sync()
    result = taken_over(folder, "encode", lambda client: client.post("/v1/reindex"))
    assert 0 < ARTICLES - result["indexed"] <= 128, "what was committed is not made again"

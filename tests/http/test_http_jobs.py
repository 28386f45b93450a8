"""Jobs over HTTP: large imports and rebuilds, watched, steered, and taken up after a restart."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hashing_encoder import HashingEncoder
from held_batches import HeldBatches
from newsrooms import RECORDS, articles_of, service_in, settings_in
from waiting import PATIENCE_S, wait_until

from api.app import create_app
from api.service.service import Service
from api.stores.jobs import (
    JobKind,
    JobState,
    JobStore,
    TakenOver,
)
from index.build.pipeline import BATCH_ARTICLES
from index.domain import Progress
from index.runtime.lock_wait import wait_for_lock

LINES = {"Content-Type": "application/x-ndjson"}
LATER = {"Prefer": "respond-async"}


@contextmanager
def serving(
    folder: Path, encoder: HashingEncoder | None = None, lease_s: float = 30
) -> Iterator[tuple[Service, TestClient]]:
    flags = {"index_wait_s": 60, "max_body_bytes": 20_000, "max_bulk_bytes": 2_000_000}
    settings = settings_in(folder, job_lease_s=lease_s, **flags)
    with (
        Service(settings, encoder=encoder or HashingEncoder(), creates=True) as service,
        TestClient(create_app(service), raise_server_exceptions=False) as client,
    ):
        yield service, client


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path / "data") as (_, client):
        yield client


def lines(count: int, first: int = 0) -> str:
    records = (
        {"id": f"n{number}", "title": f"Ferry {number}", "text": "It left.", "lang": "en"}
        for number in range(first, first + count)
    )
    return "".join(json.dumps(record) + "\n" for record in records)


def ended(client: TestClient, job_id: str) -> dict[str, Any]:
    """The job, once it has come to an end or a rest."""

    def rests() -> dict[str, Any] | None:
        job: dict[str, Any] = client.get(f"/v1/jobs/{job_id}").json()
        return None if job["state"] in ("queued", "running") else job

    return wait_until(rests, "the end of the job") or {}


def total(client: TestClient) -> int:
    answer = client.get("/v1/search", params={"q": "ferry", "mode": "keyword"})
    return int(answer.json()["total"]["value"])


def test_a_body_sent_for_later_becomes_a_job(client: TestClient, tmp_path: Path) -> None:
    body = lines(600) + "{broken\n"
    answer = client.post("/v1/articles", content=body, headers=LINES | LATER)
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    assert (job["kind"], job["state"]) == ("import", "queued")
    done = ended(client, job["id"])
    assert done["state"] == "done", done
    assert (done["result"]["added"], done["result"]["failed"]) == (600, 1)
    (failure,) = done["result"]["failures"]
    assert failure["place"] == "body:601"
    assert str(tmp_path) not in json.dumps(done)
    assert total(client) == 600, "it is done once it is searchable"
    assert list((tmp_path / "data" / "jobs").iterdir()) == []
    assert [one["id"] for one in client.get("/v1/jobs").json()["jobs"]] == [job["id"]]


def test_a_body_above_the_limit_becomes_a_job_by_itself(client: TestClient) -> None:
    records = [json.loads(line) for line in lines(400).splitlines()]
    answer = client.post("/v1/articles", json=records)
    assert answer.status_code == 202
    assert ended(client, answer.json()["id"])["result"]["added"] == 400
    assert client.post("/v1/articles", content=lines(50_000), headers=LINES).status_code == 413


def test_a_rebuild_is_a_job(client: TestClient) -> None:
    client.post("/v1/articles", json=list(RECORDS))
    answer = client.post("/v1/reindex")
    assert answer.status_code == 202
    done = ended(client, answer.json()["id"])
    assert (done["state"], done["result"]["indexed"]) == ("done", len(RECORDS))
    assert client.post("/v1/reindex").json()["id"] != done["id"]


def test_other_sites_pages_cannot_begin_or_steer(client: TestClient) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/v1/reindex", headers=foreign).status_code == 403
    assert client.get("/v1/jobs").json()["jobs"] == []
    assert client.post("/v1/reindex", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 202


def test_what_there_is_not_and_what_has_ended(client: TestClient) -> None:
    assert client.get("/v1/jobs/nothing").status_code == 404
    assert client.get("/v1/jobs/nothing/events").status_code == 404
    job_id = client.post("/v1/articles", content=lines(1), headers=LINES | LATER).json()["id"]
    ended(client, job_id)
    refused = client.post(f"/v1/jobs/{job_id}/pause")
    assert (refused.status_code, refused.json()["title"]) == (409, "The job has already finished")


def seen(client: TestClient, job_id: str, state: str) -> dict[str, Any]:
    def is_there() -> dict[str, Any] | None:
        job: dict[str, Any] = client.get(f"/v1/jobs/{job_id}").json()
        return job if job["state"] == state else None

    return wait_until(is_there, f"that the job is {state}") or {}


def test_pause_and_resume_go_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path / "data") as (service, client):
        held = HeldBatches(service, monkeypatch)
        monkeypatch.setattr("api.background.jobs.runner.TELL_EVERY_S", 0.0)
        job_id = client.post("/v1/articles", content=lines(600), headers=LINES | LATER).json()["id"]
        seen(client, job_id, "running")
        held.wait_for_a_batch()
        assert client.post(f"/v1/jobs/{job_id}/pause").json()["state"] == "running"
        held.let_through(1)
        paused = seen(client, job_id, "paused")
        assert (paused["done"], paused["total"]) == (256, 600)
        assert service.archive.article_count() == 256
        assert client.post(f"/v1/jobs/{job_id}/resume").json()["state"] == "queued"
        held.let_through(2)
        done = ended(client, job_id)
        assert (done["state"], done["result"]["added"], held.batches) == ("done", 600, 3)


def test_cancel_ends_a_job_and_forgets_its_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path / "data") as (service, client):
        held = HeldBatches(service, monkeypatch)
        monkeypatch.setattr("api.background.jobs.runner.TELL_EVERY_S", 0.0)
        first = client.post("/v1/articles", content=lines(600), headers=LINES | LATER).json()["id"]
        second = client.post("/v1/articles", content=lines(1), headers=LINES | LATER).json()["id"]
        seen(client, first, "running")
        assert client.post(f"/v1/jobs/{second}/cancel").json()["state"] == "cancelled"
        held.wait_for_a_batch()
        client.post(f"/v1/jobs/{first}/cancel")
        held.let_through(1)
        assert ended(client, first)["state"] == "cancelled"
        assert service.archive.article_count() == 256, "what is in stays in"


def test_a_restart_goes_on_where_it_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with serving(folder) as (service, client), pytest.MonkeyPatch.context() as patch:
        held = HeldBatches(service, patch)
        body = lines(600)
        answer = client.post("/v1/articles", content=body, headers=LINES | LATER)
        job_id = answer.json()["id"]
        held.let_through(2)
        wait_until(lambda: service.archive.article_count() == 512, "the second batch")
        for one in client.app.state.background:  # type: ignore[attr-defined]
            one.begin_stop()
        held.let_through(1)
    with service_in(folder) as service:
        assert service.jobs.get(job_id).state is JobState.QUEUED
    with serving(folder) as (service, client):
        done = ended(client, job_id)
        assert (done["state"], service.archive.article_count()) == ("done", 600)
        assert done["result"]["added"] + done["result"].get("unchanged", 0) >= 600


def test_a_killed_servers_job_is_taken_over_when_it_is_silent(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        job = service.jobs.add(JobKind.REINDEX)
        claimed = service.jobs.claim(now_s=1000.0)
        assert claimed is not None
        assert (claimed.id, claimed.state) == (job.id, JobState.RUNNING)
        assert service.jobs.claim(now_s=1029.0) is None
        with service_in(tmp_path / "data") as other:
            again = other.jobs.claim(now_s=1031.0)
            assert again is not None
            assert again.id == job.id
            lost: list[Callable[[], object]] = [
                lambda: service.jobs.tell(job.id, Progress("indexing", 1, 2)),
                lambda: service.jobs.alive(job.id),
                lambda: service.jobs.save(job.id, {}),
                lambda: service.jobs.leave(job.id, JobState.QUEUED),
                lambda: service.jobs.finish(job.id, JobState.DONE),
            ]
            for late in lost:
                with pytest.raises(TakenOver):
                    late()
            assert other.jobs.get(job.id) == again
            other.jobs.finish(job.id, JobState.DONE)


def test_a_long_step_of_work_does_not_lose_its_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path / "data", lease_s=2) as (service, client):
        held = HeldBatches(service, monkeypatch)
        job_id = client.post("/v1/articles", content=lines(2), headers=LINES | LATER).json()["id"]
        seen(client, job_id, "running")
        held.wait_for_a_batch()
        with service_in(tmp_path / "data") as other:
            other_jobs, lost_at_s = JobStore(other.database, 2), seen_at_s(other) + 2
            wait_until(lambda: seen_at_s(other) > lost_at_s, "signs of life for a whole lease")
            assert other_jobs.claim(now_s=lost_at_s + 0.001) is None
        held.let_through(1)
        assert ended(client, job_id)["state"] == "done"


def seen_at_s(service: Service) -> float:
    """When the one job last gave a sign of life."""
    with service.database.connection() as connection:
        (moment_s,) = connection.execute("SELECT seen_at_s FROM jobs").fetchone()
    return float(moment_s)


def held_at(
    monkeypatch: pytest.MonkeyPatch, service: Service, when: Callable[[Progress], bool]
) -> tuple[threading.Event, threading.Event]:
    """Hold the first job that tells of such progress: when it has, and to let it go on."""
    reached, go_on = threading.Event(), threading.Event()
    told = service.jobs.tell

    def tell(job_id: str, progress: Progress) -> Any:
        if when(progress) and not reached.is_set():
            reached.set()
            assert go_on.wait(PATIENCE_S)
        return told(job_id, progress)

    monkeypatch.setattr(service.jobs, "tell", tell)
    return reached, go_on


def test_a_paused_rebuild_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.background.jobs.runner.TELL_EVERY_S", 0.0)
    articles = 2 * BATCH_ARTICLES + 100
    encoder = HashingEncoder()
    with serving(tmp_path / "data", encoder) as (service, client):
        records = [json.loads(line) for line in lines(articles).splitlines()]
        service.archive.put(articles_of(service, records))
        # The server may have noticed them by itself, and index them already.
        with wait_for_lock(service.upkeep.writing, time.sleep) as writer:
            service.upkeep.catch_up(writer)
        before = encoder.texts_encoded
        reached, go_on = held_at(monkeypatch, service, lambda told: told.done >= BATCH_ARTICLES)
        job_id = client.post("/v1/reindex").json()["id"]
        assert reached.wait(PATIENCE_S)
        client.post(f"/v1/jobs/{job_id}/pause")
        go_on.set()
        assert seen(client, job_id, "paused")["done"] >= BATCH_ARTICLES
        assert total(client) == articles, "the old index goes on answering"
        client.post(f"/v1/jobs/{job_id}/resume")
        assert ended(client, job_id)["state"] == "done"
        encoded = encoder.texts_encoded - before
        assert articles <= encoded <= articles + BATCH_ARTICLES, (
            "what was encoded is not encoded again"
        )


def test_what_is_posted_during_a_rebuild_is_found_before_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.background.jobs.runner.TELL_EVERY_S", 0.0)
    with serving(tmp_path / "data") as (service, client):
        client.post("/v1/articles", content=lines(50), headers=LINES)
        reached, go_on = held_at(monkeypatch, service, lambda told: told.phase == "indexing")
        job_id = client.post("/v1/reindex").json()["id"]
        assert reached.wait(PATIENCE_S)
        assert client.post("/v1/articles", content=lines(10, 50), headers=LINES).status_code == 200
        assert client.delete("/v1/articles/n0").status_code == 200
        assert total(client) == 59
        later = client.post("/v1/articles", content=lines(300, 60), headers=LINES | LATER)
        assert ended(client, later.json()["id"])["result"]["added"] == 300
        assert total(client) == 359
        assert client.get(f"/v1/jobs/{job_id}").json()["state"] == "running"
        go_on.set()
        assert ended(client, job_id)["state"] == "done"
        assert total(client) == 359
        assert client.get("/v1/stats").json()["pending"] == 0


def test_events_tell_of_progress_until_the_end(client: TestClient) -> None:
    job_id = client.post("/v1/articles", content=lines(600), headers=LINES | LATER).json()["id"]
    with client.stream("GET", f"/v1/jobs/{job_id}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        text = "".join(stream.iter_text())
    blocks = text.strip().split("\n\n")
    # A comment (a line with a colon first) keeps a slow stream alive.
    events = [block.split("\n") for block in blocks if not block.startswith(":")]
    assert [event[0] for event in events][-1] == "event: end"
    assert all(event[0] in ("event: progress", "event: end") for event in events)
    last = json.loads(events[-1][1].removeprefix("data: "))
    assert (last["state"], last["result"]["added"]) == ("done", 600)

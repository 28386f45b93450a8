"""The status page shows how long work goes on, by its server-sent events."""

import json
from typing import Any

import httpx
import pytest
from held_batches import HeldBatches
from playwright.sync_api import Page, expect
from waiting import PATIENCE_S, wait_until

from api.service.intake import BATCH_ARTICLES
from api.service.service import Service

RECORDS = 4 * BATCH_ARTICLES


def state(client: httpx.Client, job_id: str) -> Any:
    return client.get(f"/v1/jobs/{job_id}").json()["state"]


def test_a_job_is_followed_while_the_page_stays_open(
    page: Page, address: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.background.jobs.runner.TELL_EVERY_S", 0.0)
    held = HeldBatches(service, monkeypatch)
    records = ({"id": f"n{n}", "text": f"Report {n}.", "lang": "en"} for n in range(RECORDS))
    body = "".join(json.dumps(record) + "\n" for record in records)
    headers = {"Content-Type": "application/x-ndjson", "Prefer": "respond-async"}
    with httpx.Client(base_url=address, timeout=PATIENCE_S) as client:
        job_id = client.post("/v1/articles", content=body, headers=headers).json()["id"]
        held.wait_for_a_batch()
        client.post(f"/v1/jobs/{job_id}/pause").raise_for_status()
        held.let_through(1)
        wait_until(lambda: state(client, job_id) == "paused", "the pause")
        page.goto("/status")
        page.evaluate("window.isTheSamePage = true")
        row = page.locator(f"#job-{job_id}")
        expect(row.locator("[data-state]")).to_have_text("paused")
        before = row.locator("[data-progress]").inner_text()

        client.post(f"/v1/jobs/{job_id}/resume").raise_for_status()
        expect(row.locator("[data-state]")).to_have_text("running")
        held.wait_for_a_batch()
        held.let_through(1)
        held.wait_for_a_batch()
        expect(row.locator("[data-progress]")).not_to_have_text(before)
        client.post(f"/v1/jobs/{job_id}/cancel").raise_for_status()
        held.let_through(1)
        expect(row.locator("[data-state]")).to_have_text("cancelled")
        assert page.evaluate("window.isTheSamePage")

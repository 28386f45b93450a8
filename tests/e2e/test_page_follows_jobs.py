"""The status page shows how long work goes on, by its server-sent events."""

import json
import time
from typing import Any

import httpx
from playwright.sync_api import Page, expect

RECORDS = 20_000
"""More than are taken in while the page is looked at: the job is cancelled in its middle."""

WAIT_S = 60.0


def state(client: httpx.Client, job_id: str) -> Any:
    return client.get(f"/v1/jobs/{job_id}").json()["state"]


def test_a_job_is_followed_while_the_page_stays_open(page: Page, address: str) -> None:
    records = ({"id": f"n{n}", "text": f"Report {n}.", "lang": "en"} for n in range(RECORDS))
    body = "".join(json.dumps(record) + "\n" for record in records)
    headers = {"Content-Type": "application/x-ndjson", "Prefer": "respond-async"}
    with httpx.Client(base_url=address, timeout=60) as client:
        job_id = client.post("/v1/articles", content=body, headers=headers).json()["id"]
        client.post(f"/v1/jobs/{job_id}/pause").raise_for_status()
        deadline_s = time.monotonic() + WAIT_S
        while state(client, job_id) != "paused":
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        page.goto("/status")
        page.evaluate("window.isTheSamePage = true")
        row = page.locator(f"#job-{job_id}")
        expect(row.locator("[data-state]")).to_have_text("paused", timeout=WAIT_S * 1000)
        before = row.locator("[data-progress]").inner_text()

        client.post(f"/v1/jobs/{job_id}/resume").raise_for_status()
        expect(row.locator("[data-state]")).to_have_text("running", timeout=WAIT_S * 1000)
        expect(row.locator("[data-progress]")).not_to_have_text(before, timeout=WAIT_S * 1000)
        client.post(f"/v1/jobs/{job_id}/cancel").raise_for_status()
        expect(row.locator("[data-state]")).to_have_text("cancelled", timeout=WAIT_S * 1000)
        assert page.evaluate("window.isTheSamePage")

"""`newsearch jobs`: from another process than the server's."""

import json
from pathlib import Path
from typing import Any

from newsrooms import service_in

from api.stores.jobs import JobKind

Run = Any


def test_jobs_are_shown_and_steered(run: Run, data_dir: Path) -> None:
    with service_in(data_dir) as service:
        job_id = service.jobs.add(JobKind.REINDEX).id
    assert job_id in run("jobs", "list").stdout
    assert json.loads(run("jobs", "show", job_id, "--json").stdout)["state"] == "queued"
    assert "paused" in run("jobs", "pause", job_id).stdout
    assert "queued" in run("jobs", "resume", job_id).stdout
    assert "cancelled" in run("jobs", "cancel", job_id).stdout
    (listed,) = json.loads(run("jobs", "list", "--json").stdout)
    assert (listed["id"], listed["state"]) == (job_id, "cancelled")


def test_mistakes_are_told(run: Run, filled: Path) -> None:
    assert "there are no jobs" in run("jobs", "list").stderr
    missing = run("jobs", "show", "x")
    assert (missing.exit_code, "no job" in missing.stderr) == (2, True)

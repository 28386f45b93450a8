"""`newsearch keys`, and `serve` beyond this machine."""

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from newsrooms import service_in

from api.stores.keys import Scope

Run = Any


def test_a_key_is_shown_once_and_can_be_revoked(run: Run, data_dir: Path) -> None:
    token = run("keys", "add", "newsroom", "--source", "Port Gazette").stdout.strip()
    (listed,) = json.loads(run("keys", "list", "--json").stdout)
    assert (listed["name"], listed["scopes"]) == ("newsroom", ["search"])
    assert listed["sources"] == ["Port Gazette"]
    assert listed["id"] in token
    secret = token.rpartition("_")[2]
    assert secret not in run("keys", "list").stdout
    assert "revoked" in run("keys", "revoke", listed["id"]).stdout
    again = run("keys", "revoke", listed["id"])
    assert (again.exit_code, "no key" in again.stderr) == (2, True)


def test_what_makes_no_sense_is_refused(run: Run) -> None:
    refused = run("keys", "add", "x", "--scope", "write", "--source", "Port Gazette")
    assert (refused.exit_code, "limited to sources" in refused.stderr) == (2, True)
    assert "there are no keys" in run("keys", "list").stderr


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_data_folder_is_made_for_its_user_alone_and_a_wide_one_is_told(
    run: Run, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.cli.serving.run", lambda service: None)
    assert (run("serve").exit_code, data_dir.exists()) == (0, False), "serving as the first command"
    run("keys", "add", "reader")
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert "chmod" not in run("serve").stderr
    data_dir.chmod(0o755)
    told = run("serve")
    assert (told.exit_code, "chmod 700" in told.stderr, "755" in told.stderr) == (0, True, True)
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o755


def test_a_server_is_opened_to_others_on_purpose_only(
    run: Run, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[str] = []
    monkeypatch.setattr("api.cli.serving.run", lambda service: served.append(service.settings.host))
    refused = run("serve", "--host", "0.0.0.0")
    assert (refused.exit_code, served) == (2, [])
    assert "newsearch keys add" in refused.stderr
    assert run("serve", "--host", "0.0.0.0", "--open").exit_code == 0
    with service_in(data_dir) as service:
        service.keys.add("reader", [Scope.SEARCH])
    assert run("serve", "--host", "0.0.0.0").exit_code == 0
    assert served == ["0.0.0.0", "0.0.0.0"]


def test_a_container_makes_its_first_key_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.cli.serving.run", lambda service: None)
    monkeypatch.setenv("NEWSEARCH_FIRST_KEY", "true")
    monkeypatch.setenv("NEWSEARCH_HOST", "0.0.0.0")
    told = run("serve")
    assert told.exit_code == 0
    (token,) = re.findall(r"ns_[0-9a-f]{10}_[0-9a-f]{64}", told.stderr)
    (key,) = json.loads(run("keys", "list", "--json").stdout)
    assert (token.split("_")[1], key["scopes"]) == (key["id"], ["admin", "search", "write"])
    assert "ns_" not in run("serve").stderr, "once"
    run("keys", "revoke", key["id"])
    assert "ns_" not in run("serve").stderr, "whoever revoked it does not want it back"

"""The files under deploy/ can be read, and say what the documentation says."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from api.settings.resolving import resolve
from api.settings.settings import SETTINGS

REPOSITORY = Path(__file__).parents[3]
FOLDER = REPOSITORY / "deploy"
UNIT = FOLDER / "systemd" / "newsearch.service"
LOCK = FOLDER / "requirements.lock"
STOP_S = 60
HARDENED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictNamespaces": "yes",
    "StateDirectoryMode": "0700",
    "UMask": "0077",
}


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def test_the_compose_file_starts_what_it_names() -> None:
    compose = read("milvus/compose.yaml")
    services, volumes = compose["services"], compose["volumes"]
    assert set(services) == {"etcd", "minio", "milvus", "postgres"}
    for name, service in services.items():
        assert ":" in service["image"], name
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert set(service.get("depends_on", ())) <= set(services), name
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), name
        for volume in service["volumes"]:
            assert volume.partition(":")[0] in volumes, name


def test_the_helm_values_hold_settings_of_milvus() -> None:
    values = read("milvus/values.yaml")
    inner = yaml.safe_load(values["extraConfigFiles"]["user.yaml"])
    index = yaml.safe_load(inner["autoIndex"]["params"]["build"])
    assert (index["index_type"], index["metric_type"]) == ("IVF_RABITQ", "IP")
    assert (
        values["image"]["all"]["tag"]
        == read("milvus/compose.yaml")["services"]["milvus"]["image"].rpartition(":")[2]
    )


def directives(text: str) -> list[tuple[str, str]]:
    """The lines `Name=value` of a unit."""
    return [(m[1], m[2]) for m in re.finditer(r"^(\w+)=(.*)$", text, re.MULTILINE)]


def known_variables(given: dict[str, str]) -> None:
    """Every NEWSEARCH_* variable is a setting's, and its value can be read."""
    by_variable = {setting.variable: setting for setting in SETTINGS}
    for variable, value in given.items():
        if variable.startswith("NEWSEARCH_"):
            by_variable[variable].read(value)


def test_the_unit_is_hardened_and_waits_for_requests() -> None:
    given = directives(UNIT.read_text(encoding="utf-8"))
    assert HARDENED.items() <= dict(given).items()
    assert dict(given)["ExecStart"].endswith("/newsearch serve")
    known_variables(
        {
            name: content
            for key, value in given
            if key == "Environment"
            for name, _, content in [value.partition("=")]
        }
    )
    defaults = resolve({"data_dir": REPOSITORY}, environ={})
    longest_s = defaults.request_deadline_s + defaults.drain_s + 20
    assert int(dict(given)["TimeoutStopSec"]) == STOP_S > longest_s


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")
    unit = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/newsearch/bin/newsearch", sys.executable), encoding="utf-8")
    verified = subprocess.run(
        [analyze, "verify", unit], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    # It looks at other units of the machine, too.
    told = [line for line in verified.stderr.splitlines() if UNIT.name in line]
    assert told == []
    assert verified.returncode == 0 or verified.stderr
    rated = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=25", unit],
        capture_output=True, text=True, check=False,
    encoding="utf-8")  # fmt: skip
    assert rated.returncode == 0, rated.stdout[-500:]


def instructions(text: str) -> list[tuple[str, str]]:
    """A Dockerfile's instructions, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    found = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [(name, rest) for name, _, rest in found]


KNOWN = {
    "FROM", "RUN", "COPY", "WORKDIR", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK",
    "ENTRYPOINT", "CMD", "ARG",
}  # fmt: skip


def test_the_container_runs_without_rights_and_is_checked() -> None:
    steps = instructions((FOLDER / "container" / "Dockerfile").read_text(encoding="utf-8"))
    assert {name for name, _ in steps} <= KNOWN
    last = dict(steps)
    assert int(last["USER"]) > 0
    order = [name for name, _ in steps]
    assert order.index("USER") > max(at for at, name in enumerate(order) if name == "RUN")
    assert json.loads(last["ENTRYPOINT"]) + json.loads(last["CMD"]) == ["newsearch", "serve"]
    options, _, command = last["HEALTHCHECK"].partition("CMD ")
    assert all(option.startswith("--") for option in options.split())
    compile(json.loads(command)[2], "healthcheck", "exec")
    assert "/health/live" in command
    assert f":{last['EXPOSE']}/" in command
    variables = dict(pair.split("=", 1) for pair in shlex.split(last["ENV"]))
    known_variables(variables)
    assert [variables["NEWSEARCH_DATA_DIR"]] == json.loads(last["VOLUME"])
    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    chosen = next(rest for name, rest in steps if rest.startswith("EXTRAS="))
    assert set(chosen.partition("=")[2].split(",")) <= extras["optional-dependencies"].keys()
    for name, rest in steps:
        if name == "COPY" and not rest.startswith("--from"):
            *sources, _ = rest.split()
            assert all((REPOSITORY / source).exists() for source in sources), rest
    kept = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8")
    for name, rest in steps:
        if name == "COPY" and not rest.startswith("--from"):
            assert all(f"!{source}\n" in kept for source in rest.split()[:-1]), rest


def test_the_container_is_started_read_only_for_this_machine() -> None:
    compose = read("container/compose.yaml")
    (service,) = compose["services"].values()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["stop_grace_period"] == f"{STOP_S}s"
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    data, articles = service["volumes"]
    assert [data.partition(":")[0]] == list(compose["volumes"])
    assert articles.endswith(":/articles:ro")
    build = service["build"]
    context = (FOLDER / "container" / build["context"]).resolve()
    assert context == REPOSITORY
    assert (context / build["dockerfile"]).is_file()


def locked() -> dict[str, Version]:
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {name: Version(version) for name, version in pairs}


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = locked()
    extras = project["optional-dependencies"]
    groups = [group for name, group in extras.items() if name != "dev"]
    for line in [*project["dependencies"], *(line for group in groups for line in group)]:
        requirement = Requirement(line)
        if requirement.name == "newsearch":
            continue
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        assert name in versions, f"run: python deploy/lock.py > {LOCK.name}"
        assert versions[name] in requirement.specifier, name


def test_the_lock_names_no_index_and_no_file() -> None:
    text = LOCK.read_text(encoding="utf-8")
    assert not re.search(r"://|@|--index|--find|\+", text)

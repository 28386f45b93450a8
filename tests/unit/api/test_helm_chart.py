"""The Helm chart: what can be read of it is always checked; helm itself renders it where it is."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.settings.settings import BY_NAME
from api.settings.version import version

CHART = Path(__file__).parents[3] / "deploy" / "helm" / "newsearch"
VALUES = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in CHART.glob("templates/*")}


def test_the_chart_is_of_this_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    assert (chart["apiVersion"], chart["appVersion"]) == ("v2", version())


def test_settings_are_settings() -> None:
    for name, value in VALUES["settings"].items():
        BY_NAME[name].read(value)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_templates_ask_for_values_that_there_are(name: str) -> None:
    for path in re.findall(r"\.Values\.([\w.]+)", TEMPLATES[name]):
        value: Any = VALUES
        for part in path.split("."):
            value = value[part]
    opened = re.findall(r"{{-?\s*(if|range|with|define)\b", TEMPLATES[name])
    assert len(opened) == len(re.findall(r"{{-?\s*end\b", TEMPLATES[name]))
    defined = set(re.findall(r'define "([\w.]+)"', "".join(TEMPLATES.values())))
    assert set(re.findall(r'include "([\w.]+)"', TEMPLATES[name])) <= defined


def helm(*words: str) -> str:
    found = shutil.which("helm")
    if found is None:
        pytest.skip("helm is not installed (go install helm.sh/helm/v3/cmd/helm@latest)")
    done = subprocess.run([found, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rendered(*options: str) -> dict[str, Any]:
    """The objects that the chart makes, by kind."""
    objects = yaml.safe_load_all(helm("template", "news", str(CHART), *options))
    return {one["kind"]: one for one in objects if one is not None}


def test_helm_finds_nothing_to_complain_of() -> None:
    assert "0 chart(s) failed" in helm("lint", "--strict", str(CHART))


def test_what_helm_renders_is_hardened_and_complete() -> None:
    made = rendered("--set", "settings.max_concurrent=4", "--set", "secret=keys")
    assert made.keys() == {"StatefulSet", "Service"}
    pod = made["StatefulSet"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["image"] == f"newsearch:{version()}"
    given = {one["name"]: one["value"] for one in container["env"]}
    assert given == {"NEWSEARCH_DRAIN_S": "5", "NEWSEARCH_MAX_CONCURRENT": "4"}
    assert container["envFrom"] == [{"secretRef": {"name": "keys"}}]
    labels = made["StatefulSet"]["spec"]["template"]["metadata"]["labels"]
    assert made["Service"]["spec"]["selector"].items() <= labels.items()
    mounted = {one["mountPath"] for one in container["volumeMounts"]}
    assert mounted == {"/data", "/tmp"}


def test_an_ingress_is_made_when_it_is_wanted() -> None:
    made = rendered("--set", "ingress.enabled=true", "--set", "ingress.tlsSecret=tls")
    assert made["Ingress"]["spec"]["tls"] == [{"hosts": ["news.example"], "secretName": "tls"}]
    (rule,) = made["Ingress"]["spec"]["rules"]
    named = rule["http"]["paths"][0]["backend"]["service"]["name"]
    assert named == made["Service"]["metadata"]["name"] == "news-newsearch"

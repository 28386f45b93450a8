"""The files under deploy/ can be read, and say what the documentation says."""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "deploy" / "milvus"


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def test_the_compose_file_starts_what_it_names() -> None:
    compose = read("compose.yaml")
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
    values = read("values.yaml")
    inner = yaml.safe_load(values["extraConfigFiles"]["user.yaml"])
    index = yaml.safe_load(inner["autoIndex"]["params"]["build"])
    assert (index["index_type"], index["metric_type"]) == ("IVF_RABITQ", "IP")
    assert (
        values["image"]["all"]["tag"]
        == read("compose.yaml")["services"]["milvus"]["image"].rpartition(":")[2]
    )

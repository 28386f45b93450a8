"""Prints `deploy/requirements.lock`: each package that newsearch runs with, at the version tested.

    .venv/bin/python deploy/lock.py > deploy/requirements.lock

Read from the environment that ran the tests, without the packages that only development needs.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
OWN = "newsearch"
FOR_DEVELOPMENT = "dev"

HEADER = """\
# What newsearch was tested with (Linux, CPython 3.11), all extras included; made by deploy/lock.py.
# pip install --constraint deploy/requirements.lock newsearch
"""


def canonical(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def roots(project: dict[str, Any]) -> Iterator[Requirement]:
    """What the project itself asks for, extras included."""
    extras = project["optional-dependencies"]
    groups = [group for name, group in extras.items() if name != FOR_DEVELOPMENT]
    for line in [*project["dependencies"], *(line for group in groups for line in group)]:
        requirement = Requirement(line)
        if requirement.name != OWN:
            yield requirement


def versions() -> dict[str, str]:
    """Every package that is needed, directly or not, with its version."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = list(roots(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]))
    while waiting:
        requirement = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        installed = distribution(requirement.name)
        name = canonical(requirement.name)
        found[name] = Version(installed.version).public
        for extra in ("", *requirement.extras):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            for line in installed.requires or ():
                inner = Requirement(line)
                if inner.marker is None or inner.marker.evaluate({"extra": extra}):
                    inner.marker = None
                    waiting.append(inner)
    return found


if __name__ == "__main__":
    pinned = [f"{name}=={version}\n" for name, version in sorted(versions().items())]
    sys.stdout.write(HEADER + "".join(pinned))

"""No library comes in unnoticed: the contract on adapters names each one that is imported."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
EVERYWHERE = {"numpy"}
"""Arrays are what the layers hand each other, so NumPy has no adapter."""


SHAPES = {"pydantic"}
"""What api describes requests and answers with, at all its edges."""


def imported(package: str) -> Iterator[str]:
    """The first names of all that is imported in a package."""
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                yield node.module.partition(".")[0]


def test_the_contracts_name_every_library() -> None:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = {
        module
        for contract in configuration["tool"]["importlinter"]["contracts"]
        if contract["type"] == "forbidden"
        and set(contract["source_modules"]) >= {"index", "search"}
        for module in contract["forbidden_modules"]
    }
    own = {"api", "index", "search"} | EVERYWHERE | sys.stdlib_module_names
    foreign = {*imported("index"), *imported("search"), *(set(imported("api")) - SHAPES)} - own
    assert foreign <= named, "give each a line in the contracts on adapters in pyproject.toml"

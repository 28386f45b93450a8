"""`newsearch`, the module that users of the library import."""

import ast
import inspect
from pathlib import Path

import newsearch
from index import errors

DOCS = Path(__file__).parents[3] / "docs"


def test_every_name_is_there_and_documented() -> None:
    for name in newsearch.__all__:
        if name not in newsearch._NEED_EXTRAS:
            assert name == "__version__" or inspect.getdoc(getattr(newsearch, name)), name


def test_errors_have_one_root() -> None:
    raised = [getattr(newsearch, name) for name in newsearch.__all__ if hasattr(errors, name)]
    assert len(raised) > 20
    assert all(issubclass(one, newsearch.NewsearchError) for one in raised)


def test_examples_import_nothing_else_of_ours() -> None:
    for page in DOCS.glob("*.md"):
        for example in page.read_text(encoding="utf-8").split("```python\n")[1:]:
            for node in ast.walk(ast.parse(example.split("```")[0])):
                if isinstance(node, ast.ImportFrom):
                    assert (node.module or "").split(".")[0] not in {"api", "search", "index"}, page

"""The prompts that some models expect before a query and before a passage.

A model's own configuration has priority; the table is for models that only document them in prose.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompts:
    """The text to put before a query and before a passage; often empty."""

    query: str = ""
    passage: str = ""


_BGE_QUERY = "Represent this sentence for searching relevant passages: "

# Each from the model's card.
_BY_NAME = (
    (
        re.compile(r"e5.*-instruct"),
        Prompts(
            "Instruct: Given a web search query, retrieve relevant passages that answer the query\n"
            "Query: "
        ),
    ),
    (
        re.compile(r"(^|[/_-])(multilingual-)?e5-(small|base|large)"),
        Prompts("query: ", "passage: "),
    ),
    (re.compile(r"bge-(small|base|large)-zh"), Prompts("为这个句子生成表示以用于检索相关文章：")),
    (re.compile(r"bge-(small|base|large)-en"), Prompts(_BGE_QUERY)),
    (re.compile(r"mxbai-embed|arctic-embed-[a-z]+(-v1\.5|-long)?(/|$)"), Prompts(_BGE_QUERY)),
    (re.compile(r"arctic-embed-.*-v2"), Prompts("query: ")),
    (re.compile(r"nomic-embed-text"), Prompts("search_query: ", "search_document: ")),
)
_QUERY_KEYS = ("query", "search_query")
_PASSAGE_KEYS = ("document", "passage", "corpus", "search_document")


def find_prompts(configured: Mapping[str, str], place: str) -> Prompts:
    """The prompts of a model, from its configuration or, failing that, by the name in its path."""
    query = next((configured[key] for key in _QUERY_KEYS if configured.get(key)), "")
    passage = next((configured[key] for key in _PASSAGE_KEYS if configured.get(key)), "")
    if query or passage:
        return Prompts(query, passage)
    lowered = place.lower()
    return next((prompts for pattern, prompts in _BY_NAME if pattern.search(lowered)), Prompts())

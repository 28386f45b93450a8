"""The sample corpus keeps what its README promises: formats, counts, ids, judgments."""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

SEEDS = Path(__file__).parents[2] / "seeds"
SAMPLE = SEEDS / "sample"
SEED_ARTICLE = "000_857a44ccf739337f"
LANGUAGES = {"de", "en", "fr", "es"}
SECTIONS = {
    "politics",
    "economy",
    "science",
    "culture",
    "sport",
    "local",
    "weather",
    "health",
    "environment",
    "crime",
}
FIELDS = ["id", "title", "text", "lang", "date", "source", "section", "authors", "url"]
AGENCIES = {"VPA", "Orbis"}
MAX_DAYS = 183


def read_lines(name: str) -> list[dict[str, Any]]:
    lines = (SAMPLE / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def read_table(name: str, columns: int) -> list[list[str]]:
    rows = [line.split("\t") for line in (SAMPLE / name).read_text(encoding="utf-8").splitlines()]
    assert {len(row) for row in rows} == {columns}
    return rows


@pytest.fixture(scope="module")
def articles() -> dict[str, dict[str, Any]]:
    listed = read_lines("articles.jsonl")
    by_id = {article["id"]: article for article in listed}
    assert len(by_id) == len(listed), "article ids are unique"
    return by_id


@pytest.fixture(scope="module")
def queries() -> list[dict[str, str]]:
    return read_lines("queries.jsonl")


@pytest.fixture(scope="module")
def grades() -> dict[str, dict[str, int]]:
    rows = read_table("qrels.tsv", 3)
    by_query: dict[str, dict[str, int]] = defaultdict(dict)
    for query, article, grade in rows:
        assert article not in by_query[query], f"{query} judges {article} twice"
        by_query[query][article] = int(grade)
    return dict(by_query)


def published(article: dict[str, Any]) -> datetime:
    moment = datetime.fromisoformat(article["date"])
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def test_seed_article_stands_unchanged() -> None:
    text = (SEEDS / f"{SEED_ARTICLE}.txt").read_bytes()
    assert text.startswith("(Seoul) Der russische Präsident".encode())
    assert len(text) == 4179


def test_articles_have_all_fields_and_known_values(articles: dict[str, dict[str, Any]]) -> None:
    assert len(articles) >= 120
    for article in articles.values():
        assert list(article) == FIELDS, article["id"]
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", article["id"])
        assert article["section"] in SECTIONS, article["id"]
        assert article["lang"] in LANGUAGES, article["id"]
        assert article["url"].startswith("https://news.example/"), article["id"]
        assert article["url"].endswith(f"/{article['id']}")
        assert bool(article["authors"]) != (article["source"] in AGENCIES), article["id"]
    assert len({article["url"] for article in articles.values()}) == len(articles)
    assert {article["section"] for article in articles.values()} == SECTIONS
    per_language = Counter(article["lang"] for article in articles.values())
    assert set(per_language) == LANGUAGES
    assert min(per_language.values()) >= 25


def test_articles_are_news_length_and_clean(articles: dict[str, dict[str, Any]]) -> None:
    for article in articles.values():
        text = article["text"]
        assert 100 <= len(text.split()) <= 350, article["id"]
        for value in (article["title"], text):
            assert unicodedata.is_normalized("NFC", value), article["id"]
            assert value == value.strip(), article["id"]
            assert "  " not in value, article["id"]


def test_articles_go_by_date_within_six_months(articles: dict[str, dict[str, Any]]) -> None:
    order = [(published(article), article["id"]) for article in articles.values()]
    assert order == sorted(order)
    assert (order[-1][0] - order[0][0]).days <= MAX_DAYS


def test_stories_run_over_days_and_languages(articles: dict[str, dict[str, Any]]) -> None:
    stories: dict[str, list[dict[str, Any]]] = defaultdict(list)
    members = read_table("stories.tsv", 2)
    assert len({article for _, article in members}) == len(members), "one story per article"
    for story, article in members:
        stories[story].append(articles[article])
    assert len(stories) >= 20
    for story, told in stories.items():
        assert 4 <= len(told) <= 6, story
        assert len({published(article).date() for article in told}) >= 3, story
        assert len({article["lang"] for article in told}) >= 2, story
        assert [published(a) for a in told] == sorted(published(a) for a in told), story


def test_copies_stand_near_their_originals(articles: dict[str, dict[str, Any]]) -> None:
    copies = read_table("copies.tsv", 2)
    story = {article: name for name, article in read_table("stories.tsv", 2)}
    assert len(copies) >= 12
    for original_id, copy_id in copies:
        original, copy = articles[original_id], articles[copy_id]
        assert original["source"] in AGENCIES
        assert copy["source"] not in AGENCIES
        assert original["lang"] == copy["lang"]
        assert story[original_id] == story[copy_id]
        apart = published(copy) - published(original)
        assert 0 < apart.total_seconds() <= 2 * 86400, copy_id
        mine, theirs = words(original["text"]), words(copy["text"])
        assert len(mine & theirs) / len(mine | theirs) >= 0.5, copy_id
        assert original["text"] != copy["text"]


def test_queries_cover_kinds_and_languages(queries: list[dict[str, str]]) -> None:
    assert len(queries) >= 60
    assert [query["id"] for query in queries] == [f"q{i:03d}" for i in range(1, len(queries) + 1)]
    assert len({query["text"] for query in queries}) == len(queries)
    assert all(list(query) == ["id", "text", "lang", "kind"] for query in queries)
    assert {query["lang"] for query in queries} == LANGUAGES
    kinds = Counter(query["kind"] for query in queries)
    assert set(kinds) == {"keyword", "natural-language", "phrase", "cross-language"}
    assert min(kinds.values()) >= 10


def test_judgments_name_what_exists(
    articles: dict[str, dict[str, Any]],
    queries: list[dict[str, str]],
    grades: dict[str, dict[str, int]],
) -> None:
    assert set(grades) == {query["id"] for query in queries}
    for query, judged in grades.items():
        assert set(judged) <= {*articles, SEED_ARTICLE}, query
        assert set(judged.values()) <= {0, 1, 2, 3}, query
        assert max(judged.values()) >= 2, query
        assert min(judged.values()) == 0 or len(judged) > 20, f"{query} has no near miss"


def test_quoted_phrases_stand_in_an_article_of_the_query_language(
    articles: dict[str, dict[str, Any]],
    queries: list[dict[str, str]],
    grades: dict[str, dict[str, int]],
) -> None:
    for query in queries:
        phrases = re.findall(r'"([^"]+)"', query["text"])
        assert bool(phrases) == (query["kind"] == "phrase"), query["id"]
        for phrase in phrases:
            holding = {
                name
                for name, article in articles.items()
                if phrase.lower() in f"{article['title']}\n{article['text']}".lower()
            }
            best = {name for name, grade in grades[query["id"]].items() if grade >= 2}
            assert best <= holding, f"{query['id']}: an article without the words has a high grade"
            assert any(articles[name]["lang"] == query["lang"] for name in best), query["id"]


def test_cross_language_queries_are_answered_best_in_another_language(
    articles: dict[str, dict[str, Any]],
    queries: list[dict[str, str]],
    grades: dict[str, dict[str, int]],
) -> None:
    for query in queries:
        if query["kind"] != "cross-language":
            continue
        judged = grades[query["id"]]
        best = [name for name, grade in judged.items() if grade == max(judged.values())]
        assert any(articles[name]["lang"] != query["lang"] for name in best), query["id"]


def test_readme_states_the_true_counts(
    articles: dict[str, dict[str, Any]],
    queries: list[dict[str, str]],
    grades: dict[str, dict[str, int]],
) -> None:
    readme = " ".join((SAMPLE / "README.md").read_text(encoding="utf-8").split())
    per_language = Counter(article["lang"] for article in articles.values())
    judgments = sum(len(judged) for judged in grades.values())
    in_stories = len(read_table("stories.tsv", 2))
    assert (
        f"{len(articles)} news articles in German ({per_language['de']}), English "
        f"({per_language['en']}), French ({per_language['fr']}) and Spanish ({per_language['es']}),"
        f" with {len(queries)} queries and {judgments} relevance judgments"
    ) in readme
    assert f"({len(read_table('copies.tsv', 2))} pairs)" in readme
    assert f"{len(articles) - in_stories} articles belong to no story" in readme
    asked = Counter(query["lang"] for query in queries)
    assert f"{asked['de']} are German, {asked['en']} English, {asked['es']} Spanish" in readme
    assert "CC0 1.0" in readme


def test_index_ignores_what_is_not_news() -> None:
    ignored = (SAMPLE / ".newsearchignore").read_text(encoding="utf-8").split()
    assert {"queries.jsonl", "*.tsv", "README.md"} <= set(ignored)
    assert "articles.jsonl" not in ignored

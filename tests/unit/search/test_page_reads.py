"""What a page reads of the archive: the hits on it whole, what it names of others, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from engines import engine_over
from hashing_encoder import HashingEncoder
from newsrooms import articles_of, service_in
from told_groups import ToldGroups

from api.service.service import Service
from index.build.pipeline import catch_up
from index.domain import Headline, StoredArticle
from index.protocols import Articles
from search.engine import Engine
from search.facet_types import FacetName, FacetRequest
from search.related import FIRST_COPIES
from search.request import Mode, SearchRequest

TEXTS, COPIES = 12, 60


@dataclass
class CountingArticles:
    """`Articles` that records what is read: the keys of each call."""

    articles: Articles
    whole: list[list[int]] = field(default_factory=list)
    named: list[list[int]] = field(default_factory=list)

    def revisions(self, revisions: Iterable[int]) -> dict[int, StoredArticle]:
        self.whole.append(list(revisions))
        return self.articles.revisions(self.whole[-1])

    def headlines(self, revisions: Iterable[int]) -> dict[int, Headline]:
        self.named.append(list(revisions))
        return self.articles.headlines(self.named[-1])


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """Texts with `COPIES` copies each: text t has the keys t, t + TEXTS, t + 2 * TEXTS, …"""
    service = service_in(tmp_path_factory.mktemp("data"))
    records = [
        {
            "id": f"t{text:02}-{copy:02}",
            "title": f"Report {text}",
            "text": f"The ferry sails to harbour {text}.",
            "date": f"2025-03-{1 + copy % 28:02}",
            "source": f"Paper {copy}",
            "lang": "en",
        }
        for copy in range(COPIES + 1)
        for text in range(TEXTS)
    ]
    service.archive.put(articles_of(service, records))
    with service.upkeep.writing() as writer:
        catch_up(service.archive, writer, HashingEncoder())
    return service


def groups(copies: int) -> ToldGroups:
    keys = [range(text, text + TEXTS * (copies + 1), TEXTS) for text in range(1, TEXTS + 1)]
    return ToldGroups(
        copies_told=[tuple(group) for group in keys],
        stories_told={f"s{group[0]}": tuple(group) for group in keys},
    )


def engine_with(service: Service, told: ToldGroups) -> tuple[Engine, CountingArticles]:
    archive = CountingArticles(service.archive)
    encoder = HashingEncoder()
    engine = engine_over(service.store, archive, lambda _: encoder, ZoneInfo("UTC"), groups=told)
    return engine, archive


@pytest.mark.parametrize("mode", list(Mode))
def test_a_page_reads_its_hits_and_names_a_few_copies(service: Service, mode: Mode) -> None:
    engine, archive = engine_with(service, groups(COPIES))
    page = engine.search(SearchRequest("ferry harbour", mode=mode, limit=10))
    shown = [hit.stored.revision for hit in page.hits]
    assert len(shown) == 10
    assert [sorted(keys) for keys in archive.whole] == [sorted(shown)]
    assert len(archive.named) == 1
    assert len(archive.named[0]) <= len(shown) * (FIRST_COPIES + 1)
    for hit in page.hits:
        assert (len(hit.coverage.copies), hit.coverage.copies_total) == (FIRST_COPIES, COPIES)
        assert hit.coverage.story is not None


def test_titles_of_stories_are_read_without_texts(service: Service) -> None:
    engine, archive = engine_with(service, groups(COPIES))
    facets = FacetRequest((FacetName.STORY,))
    page = engine.search(SearchRequest("ferry", mode=Mode.KEYWORD, limit=1, facets=facets))
    assert [len(keys) for keys in archive.whole] == [1]
    assert {value.label for value in page.facets[0].values} <= {  # type: ignore[union-attr]
        f"Report {text}" for text in range(TEXTS)
    }


def test_a_copy_withheld_since_is_neither_named_nor_counted(tmp_path: Path) -> None:
    with service_in(tmp_path) as service:
        records = [
            {"id": one, "title": one, "text": "The ferry sails.", "lang": "en"} for one in "abc"
        ]
        service.archive.put(articles_of(service, records))
        service.upkeep.sync()
        engine, _ = engine_with(service, ToldGroups(copies_told=[(1, 2, 3)]))
        service.archive.delete(["b"])
        (hit,) = engine.search(SearchRequest("ferry", mode=Mode.KEYWORD)).hits
        assert [copy.headline.id for copy in hit.coverage.copies] == ["c"]
        assert hit.coverage.copies_total == 1

"""What every index promises: what matches, what is filtered, what commits and deletions do.

Runs against the index in a folder and against the one on a Milvus server.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from corpora import RANDOM_ENCODER, article, indexed, store_of

from index import milvus
from index.analysis import analyzer_for
from index.archive import Database
from index.domain import (
    Article,
    Calibration,
    EncoderIdentity,
    LanguageWeight,
    NewsDate,
    NewsFields,
    StoredArticle,
)
from index.domain import DatePrecision as Precision
from index.errors import EncoderMismatch, IndexLocked, IndexMissing, QueryError, SnapshotGone
from index.ledger import SqliteSql
from index.lexical.bm25 import Bm25Parameters
from index.local import LocalStore
from index.milvus.connection import Connection
from index.milvus.texts import TextsOf
from index.permitted_sources import PermittedSources
from index.protocols import IndexedArticle, IndexStore, Snapshot
from index.query import (
    Bool,
    Boost,
    DateInterval,
    Everything,
    Exact,
    ExactField,
    Fuzzy,
    Node,
    Phrase,
    Prefix,
    TextField,
    Wildcard,
    Word,
)

ARTICLES = [
    article("bridge", "The old railway bridge fell into the river.", title="Bridge collapse",
            source="Courier", section="local", authors=("Ada Holm", "Ben Rask"), place="Lindenau"),
    article("river", "The river rose and the bridge was closed.", source="Standard",
            section="weather", authors=("Ada Holm",)),
    article("strike", "Dock workers went on strike for higher wages.", title="Strike in the port",
            source="Courier", section="economy"),
    article("wahl", "Die Bürgermeisterwahl wird neu ausgezählt.", title="Wahl offen",
            language="de", source="Küstenbote", section="politics"),
]  # fmt: skip


@dataclass
class Place:
    """A fresh index of one kind, and the texts that an archive would hold."""

    make: Callable[[TextsOf, str], IndexStore]
    """From where texts are read, and a name, to an index of its own."""
    stored_as: type[np.floating[Any]]
    """Vectors are kept in this precision."""
    texts: dict[int, StoredArticle] = field(default_factory=dict)

    def store(self, *commits: Sequence[IndexedArticle], name: str = "index") -> IndexStore:
        """A store with these commits."""
        store = self.make(self.texts_of, name)
        if commits:
            with store.writer(RANDOM_ENCODER) as writer:
                for commit in commits:
                    writer.commit(self.ready(commit), [], commit[-1].stored.revision)
        return store

    def ready(self, items: Sequence[IndexedArticle]) -> Sequence[IndexedArticle]:
        """Articles whose texts the archive now holds."""
        self.texts.update((item.stored.revision, item.stored) for item in items)
        return items

    def texts_of(self, keys: Iterable[int]) -> Mapping[int, StoredArticle]:
        """As `Archive.revisions`."""
        return {key: self.texts[key] for key in keys if key in self.texts}


@pytest.fixture(params=["local", "milvus"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "local":
        yield Place(lambda _, name: LocalStore(tmp_path / name, analyzer_for), np.float16)
        return
    connection = Connection(request.getfixturevalue("milvus").uri)
    databases: dict[str, Database] = {}
    prefix = f"test_{uuid.uuid4().hex}"

    def made(texts_of: TextsOf, name: str) -> milvus.MilvusStore:
        if name not in databases:
            databases[name] = Database.open(tmp_path / f"{name}.sqlite")
        sql = SqliteSql(databases[name])
        index = milvus.IndexLocation(
            connection, sql, f"{prefix}_{name}", analyzer_for, Bm25Parameters()
        )
        return milvus.MilvusStore(index, texts_of)

    yield Place(made, np.float32)
    for database in databases.values():
        database.close()
    connection.close()


@pytest.fixture
def snapshot(place: Place) -> Snapshot:
    return place.store(indexed(ARTICLES[:2]), indexed(ARTICLES[2:], 3)).snapshot()


HALF_WORDS = [
    article("whole", "Die Bundestagswahl wurde vorgezogen.", language="de"),
    article("longer", "Der Bundestagswahlkampf beginnt.", language="de"),
    article("hyphen", "Die Bundestags-Wahl wurde vorgezogen.", language="de"),
    article("apart", "Am Tag der Wahl hat der Bund geschlossen.", language="de"),
    article("tag", "Am Tag der offenen Tür kamen viele.", language="de"),
    article("ukraine", "Der Ukraine-Krieg und die Kriegsfolgen.", language="de"),
    article("ukrainekrieg", "Der Ukrainekrieg dauert an.", language="de"),
    article("krieg", "Der Krieg und die Ukraine.", language="de"),
    article("covid", "COVID 19 spreads.", language="en"),
    article("wave", "The second Covid wave on 19 streets.", language="en"),
    article("beijing", "主席星期三抵达北京，会见台湾企业家习近平。", language="zh"),
    article("taipei", "台灣總統在臺北發表演說，東京也一樣，近平。", language="zh"),
    article("hanoi", "Thủ đô Hà Nội hôm nay.", language="vi"),
]


def ids(snapshot: Snapshot, node: Node, restriction: Node | None = None) -> list[str]:
    return snapshot.article_ids(snapshot.match(node, 20, restriction).keys)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Bundestagswahl", {"whole", "longer", "hyphen"}),
        ("Bundestags-Wahl", {"whole", "longer", "hyphen"}),
        ("Ukrainekrieg", {"ukraine", "ukrainekrieg"}),
        ("Ukraine-Krieg", {"ukraine", "ukrainekrieg"}),
        ("Krieg/Ukraine", {"ukraine", "ukrainekrieg", "krieg"}),
        ("COVID-19", {"covid"}),
        ("北京", {"beijing"}),
        ("习近平", {"beijing"}),
        ("台湾企业家", {"beijing"}),
        ("ha", {"hanoi"}),
    ],
)
def test_a_part_alone_is_no_whole_word(place: Place, word: str, expected: set[str]) -> None:
    snapshot = place.store(indexed(HALF_WORDS[:6]), indexed(HALF_WORDS[6:], 7)).snapshot()
    whole = Word(word, is_whole=True)
    assert set(ids(snapshot, whole)) == expected
    assert len(snapshot.select(whole)) == len(snapshot.newest(whole, 20).keys) == len(expected)
    assert set(ids(snapshot, Bool(should=(whole, Word("nirgends"))))) == expected
    assert set(ids(snapshot, Word(word), whole)) == expected, "as a restriction, beside parts"


@pytest.mark.parametrize("word", ["Bundestagswahl", "Ukraine-Krieg", "COVID-19", "北京", "ha"])
def test_a_required_word_is_whole(place: Place, word: str) -> None:
    snapshot = place.store(indexed(HALF_WORDS)).snapshot()
    required = ids(snapshot, Bool(must=(Word(word),)))
    assert sorted(required) == sorted(ids(snapshot, Word(word, is_whole=True)))
    excluded = ids(snapshot, Bool(should=(Everything(),), must_not=(Word(word),)))
    assert sorted(required + excluded) == sorted(one.id for one in HALF_WORDS)


def test_whether_a_part_alone_would_match(place: Place) -> None:
    snapshot = place.store(indexed(HALF_WORDS)).snapshot()
    assert snapshot.matches_by_parts(Bool(should=(Word("Bundestagswahl"), Word("Tag"))))
    assert not snapshot.matches_by_parts(Bool(must=(Word("Bundestagswahl"),)))
    assert not snapshot.matches_by_parts(Bool(should=(Word("Tag"), Word("der"))))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Word("bridge"), {"bridge", "river"}),
        (Word("Bridges"), {"bridge", "river"}),
        (Word("bridge", TextField.TITLE), {"bridge"}),
        (Word("collapse", TextField.BODY), set()),
        (Phrase("railway bridge"), {"bridge"}),
        (Phrase("bridge railway"), set()),
        (Phrase("collapse the old"), set()),
        (Phrase("bridge railway", slop=2), {"bridge"}),
        (Phrase("river bridge", slop=3), {"bridge", "river"}),
        (Phrase("river bridge", slop=2), set()),
        (Prefix("rail"), {"bridge"}),
        (Prefix("Bür"), {"wahl"}),
        (Wildcard("w?ge*"), {"strike"}),
        (Wildcard("*ailway"), {"bridge"}),
        (Fuzzy("brigde", 1), {"bridge", "river"}),
        (Fuzzy("strke", 1), {"strike"}),
        (Exact(ExactField.SOURCE, "courier"), {"bridge", "strike"}),
        (Exact(ExactField.SOURCE, "küstenbote"), {"wahl"}),
        (Exact(ExactField.AUTHOR, "ada holm"), {"bridge", "river"}),
        (Exact(ExactField.AUTHOR, "Ben Rask"), {"bridge"}),
        (Exact(ExactField.AUTHOR, "Ada"), set()),
        (Exact(ExactField.PLACE, "LINDENAU"), {"bridge"}),
        (Exact(ExactField.ID, "river"), {"river"}),
        (Exact(ExactField.LANGUAGE, "de"), {"wahl"}),
        (Everything(), {"bridge", "river", "strike", "wahl"}),
        (Bool(should=(Word("bridge"), Word("strike"))), {"bridge", "river", "strike"}),
        (Bool(must=(Word("bridge"), Word("closed"))), {"river"}),
        (Bool(must=(Word("bridge"),), should=(Word("wages"),)), {"bridge", "river"}),
        (Bool(should=(Word("bridge"),), must_not=(Word("closed"),)), {"bridge"}),
        (Bool(must_not=(Exact(ExactField.LANGUAGE, "en"),)), {"wahl"}),
        (Bool(), set()),
        (Word("…"), set()),
        (Word("nowhere"), set()),
    ],
)  # fmt: skip
def test_what_matches(snapshot: Snapshot, node: Node, expected: set[str]) -> None:
    assert set(ids(snapshot, node)) == expected


def test_a_title_match_counts_more_than_a_body_match(snapshot: Snapshot) -> None:
    assert ids(snapshot, Word("bridge")) == ["bridge", "river"]


def test_boost_multiplies(snapshot: Snapshot) -> None:
    plain = snapshot.match(Word("bridge"), 10)
    boosted = snapshot.match(Boost(Word("bridge"), 2.5), 10)
    np.testing.assert_allclose(boosted.scores, plain.scores * 2.5, rtol=1e-6)


def test_a_restriction_filters_before_the_best_are_chosen(snapshot: Snapshot) -> None:
    found = snapshot.match(Word("bridge"), 1, Exact(ExactField.SOURCE, "Standard"))
    assert snapshot.article_ids(found.keys) == ["river"]
    assert found.total == 1


def test_stop_words_never_empty_a_query(place: Place) -> None:
    articles = [article("who", "The Who played again."), article("band", "A band played on.")]
    snapshot = place.store(indexed(articles)).snapshot()
    assert ids(snapshot, Bool(should=(Word("the"), Word("who")))) == ["who"]
    assert ids(snapshot, Bool(should=(Word("the"), Word("band")))) == ["band"]


def test_nearest_is_exact_over_segments_and_filters(place: Place) -> None:
    articles = [article(f"a{i}", f"text {i}", source="odd" if i % 2 else "even") for i in range(60)]
    items = [*indexed(articles[:40], chunks=3), *indexed(articles[40:], 41, chunks=3)]
    snapshot = place.store(items[:40], items[40:]).snapshot()
    query = items[7].vectors[1]
    best = np.array([(item.vectors.astype(place.stored_as) @ query).max() for item in items])
    for restriction, allowed in (
        (None, np.ones(60, bool)),
        (Exact(ExactField.SOURCE, "odd"), np.arange(60) % 2 == 1),
        (Exact(ExactField.ID, "a12"), np.arange(60) == 12),
    ):
        scores = np.where(allowed, best, -np.inf)
        expected = np.lexsort((np.arange(60), -scores))[: min(5, allowed.sum())]
        found = snapshot.nearest(query, 5, restriction)
        assert found.keys.tolist() == (expected + 1).tolist()
        np.testing.assert_allclose(found.scores, scores[expected], rtol=1e-5)
    scores = snapshot.score_meaning(query, np.array([8, 55, 3]))
    np.testing.assert_allclose(scores, best[[7, 54, 2]], rtol=1e-5)


def test_best_chunks_are_offsets_of_the_nearest_chunk(place: Place) -> None:
    items = indexed([article("a", "x" * 30), article("b", "y" * 90)], chunks=3)
    snapshot = place.store(items).snapshot()
    assert snapshot.best_chunks(items[1].vectors[2], np.array([2])) == [(60, 90)]


def test_chunks_are_handed_out_with_their_vectors(place: Place) -> None:
    items = indexed([article("a", "x" * 30), article("b", "y" * 90)], chunks=3)
    unknown, second, first = place.store(items).snapshot().chunk_vectors(np.array([9, 2, 1]))
    assert unknown == []
    assert [(chunk.start, chunk.end) for chunk, _ in first] == [(0, 10), (10, 20), (20, 30)]
    assert [(chunk.start, chunk.end) for chunk, _ in second] == [(0, 30), (30, 60), (60, 90)]
    vectors = np.stack([vector for _, vector in second])
    np.testing.assert_allclose(vectors, items[1].vectors, atol=1e-3)


def test_an_update_replaces_and_a_removal_removes(place: Place) -> None:
    store = place.store(indexed(ARTICLES))
    with store.writer(RANDOM_ENCODER) as writer:
        opened = [article("bridge", "A new bridge opens.")]
        writer.commit(place.ready(indexed(opened, 9)), ["river"], 10)
    snapshot = store.snapshot()
    assert ids(snapshot, Word("bridge")) == ["bridge"]
    assert snapshot.match(Word("railway"), 5).total == 0
    assert snapshot.stats().articles == 3
    assert snapshot.stats().archive_revision == 10


def test_scores_do_not_depend_on_the_deleted_or_on_the_split(tmp_path: Path) -> None:
    """In a folder; on a server the mean length stays that of the first commit."""
    whole = store_of(tmp_path / "whole", indexed(ARTICLES)).snapshot()
    extra = article("gone", "bridge bridge river strike", title="bridge")
    split = store_of(
        tmp_path / "split", indexed([extra, ARTICLES[0]], 100), indexed(ARTICLES[1:], 200)
    )
    with split.writer(RANDOM_ENCODER) as writer:
        writer.commit([], ["gone"], 300)
    query = Bool(should=(Word("bridge"), Word("river"), Word("strike")))
    one, other = whole.match(query, 9), split.snapshot().match(query, 9)
    assert whole.article_ids(one.keys) == split.snapshot().article_ids(other.keys)
    np.testing.assert_allclose(one.scores, other.scores, rtol=1e-6)


def test_merging_changes_no_answer(tmp_path: Path) -> None:
    commits = [
        indexed([article(f"n{i}", f"river bridge {'word ' * i}", title=f"title {i}")], i + 1)
        for i in range(9)
    ]
    store = store_of(tmp_path / "index", *commits)
    before = store.snapshot()
    with store.writer(RANDOM_ENCODER) as writer:
        writer.commit([], ["n3"], 20)
        unmerged = store.snapshot()
        while writer.merge():
            pass
    merged = store.snapshot()
    assert merged.stats().segments < unmerged.stats().segments == before.stats().segments - 1
    for node in (Word("river"), Phrase("river bridge"), Prefix("tit"), Word("title")):
        one, other = unmerged.match(node, 20), merged.match(node, 20)
        assert one.keys.tolist() == other.keys.tolist()
        np.testing.assert_allclose(one.scores, other.scores, rtol=1e-6)
    vector = commits[2][0].vectors[0]
    assert unmerged.nearest(vector, 5).keys.tolist() == merged.nearest(vector, 5).keys.tolist()


def test_dates_with_and_without_a_zone(place: Place) -> None:
    day = 86_400
    dates = {
        "instant": NewsDate("2024-06-18T23:30:00+00:00", Precision.SECOND, True, 100 * day - 1800),
        "wall": NewsDate("2024-06-18", Precision.DAY, False, 99 * day),
        "undated": None,
    }
    articles = [article(key, "text", date=date) for key, date in dates.items()]
    snapshot = place.store(indexed(articles)).snapshot()
    # Day 99 in a zone one hour ahead of UTC ends at 23:00 UTC.
    local = DateInterval(99 * day - 3600, 100 * day - 3600, 99 * day, 100 * day)
    assert ids(snapshot, local) == ["wall"]
    assert set(ids(snapshot, DateInterval(0, None, 0, None))) == {"instant", "wall"}


def test_newest_first_and_undated_last(place: Place) -> None:
    days = {"old": 10, "new": 30, "undated": None, "middle": 20}
    articles = [
        article(
            key,
            "text",
            date=None if day is None else NewsDate("", Precision.DAY, False, day * 86_400),
        )
        for key, day in days.items()
    ]
    items = indexed(articles)
    snapshot = place.store(items[:2], items[2:]).snapshot()
    found = snapshot.newest(Everything(), 3)
    assert snapshot.article_ids(found.keys) == ["new", "middle", "old"]
    assert found.total == 4
    last = snapshot.newest(Exact(ExactField.ID, "undated"), 3)
    assert snapshot.article_ids(last.keys) == ["undated"]
    found = snapshot.oldest(Everything(), 4, Bool(must_not=(Exact(ExactField.ID, "new"),)))
    assert snapshot.article_ids(found.keys) == ["old", "middle", "undated"]
    assert found.total == 3
    dates = snapshot.published_s(np.array([3, 1, 99, 2]))
    np.testing.assert_array_equal(dates, [np.nan, 10 * 86_400, np.nan, 30 * 86_400])


def test_explained_terms_add_up_to_the_score(snapshot: Snapshot) -> None:
    query = Bool(must=(Word("bridge"),), should=(Boost(Word("river"), 2), Phrase("the old")))
    found = snapshot.match(query, 10)
    for key, score in zip(found.keys.tolist(), found.scores.tolist(), strict=True):
        evidence = snapshot.explain(query, key)
        assert sum(term.score for term in evidence) == pytest.approx(score, rel=1e-5)
    assert {term.label for term in snapshot.explain(query, 1)} >= {"bridg", "river"}


def test_an_unindexed_article_scores_as_if_it_were_indexed(snapshot: Snapshot) -> None:
    node = Bool(should=(Word("bridge"), Word("railway")))
    assert snapshot.score_unindexed(node, ARTICLES[:3]) == pytest.approx(
        snapshot.score_words(node, np.array([1, 2, 3])), rel=1e-6
    )


def test_matching_words_are_spans_of_the_text(snapshot: Snapshot) -> None:
    text = "Zwei Wahlen, eine Bürgermeisterwahl."
    found = snapshot.matching_words(Word("Wahl"), "de", text)
    assert [text[word.start : word.end] for word in found] == ["Wahlen", "Bürgermeisterwahl"]


def test_too_wide_a_pattern_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.lexical.vocabulary.MAX_EXPANSION", 3)
    monkeypatch.setattr("index.milvus.vocabulary.MAX_EXPANSION", 3)
    text = " ".join(f"word{letter}" for letter in "abcdefgh")
    snapshot = place.store(indexed([article("a", text)])).snapshot()
    with pytest.raises(QueryError, match="more than 3 words"):
        snapshot.match(Prefix("word"), 5)


LIMITS = [("Courier",), ("COURIER", "küstenbote"), ("Standard",), ("Nowhere",), ("",), ()]


@pytest.mark.parametrize("names", LIMITS)
def test_a_limited_snapshot_is_one_of_these_sources_only(
    place: Place, names: tuple[str, ...]
) -> None:
    """All that it tells is what an index tells that has nothing else."""
    sources = PermittedSources.of(names)
    nowhere = article("nowhere", "A railway bridge of no source.", title="No source")
    items = indexed([*ARTICLES, nowhere])
    whole = place.store(items[:2], items[2:]).snapshot()
    limited = whole.limited(sources)
    allowed = [item for item in items if sources.allow(item.stored.article.source)]
    keys = np.arange(1, len(items) + 1)
    held = [item.stored.revision for item in allowed]
    assert keys[limited.holds(keys)].tolist() == held
    hidden = np.setdiff1d(keys, held)
    assert (limited.id, limited.encoder) == (whole.id, whole.encoder)
    assert (whole.hides_some, limited.hides_some) == (False, True)
    assert limited.stats().articles == len(allowed)
    assert limited.stats().chunks == len(allowed)
    languages = [item.stored.article.language for item in allowed]
    assert limited.stats().languages == {lang: languages.count(lang) for lang in set(languages)}
    for word in ("bridge", "river", "strike", "Wahl", "railway"):
        found = limited.match(Word(word), 10)
        expected = [k for k in held if k in whole.match(Word(word), 10).keys]
        assert sorted(found.keys.tolist()) == expected
        assert found.total == limited.word_frequency(word) == len(expected)
        assert len(limited.select(Word(word))) == len(expected)
        assert keys[limited.select(Word(word)).holds(keys)].tolist() == expected
        assert {form.articles for form in limited.completions(word, 5)} <= {len(expected)} - {0}
        assert not any(limited.score_words(Word(word), hidden))
    assert limited.newest(Everything(), 10).total == len(allowed)
    assert sorted(limited.newest(Everything(), 10).keys.tolist()) == held
    query = items[0].vectors[0]
    near = limited.nearest(query, 10)
    assert sorted(near.keys.tolist()) == held
    assert near.total == len(held)
    assert limited.article_ids(hidden) == [""] * len(hidden)
    assert limited.languages(hidden) == [""] * len(hidden)
    assert not limited.score_meaning(query, hidden).any()
    assert not limited.article_vectors(hidden).any()
    assert limited.best_chunks(query, hidden) == [(0, 0)] * len(hidden)
    assert not any(limited.explain(Word("bridge"), int(key)) for key in hidden)
    assert limited.select(keys).keys().tolist() == held
    assert keys[limited.select(keys).holds(keys)].tolist() == held
    assert not limited.select(keys).holds(hidden).any()
    assert [form.text for form in limited.similar_words("brigde", 1, 1)] == (
        ["bridge"] if {1, 2} & set(held) else []
    )


EMBARGO_ENDS_S = 1_000_000_000


def early() -> Article:
    """An article that is under embargo until `EMBARGO_ENDS_S`."""
    embargo = NewsDate("2001-09-09T01:46:40Z", Precision.SECOND, True, EMBARGO_ENDS_S)
    news = NewsFields(embargo=embargo)
    return article("early", "The bridge opens.", source="Courier", news=news)


def test_an_article_under_embargo_is_unknown_by_its_key_too(place: Place) -> None:
    items = indexed([*ARTICLES, early()])
    whole = place.store(items).snapshot()
    courier = PermittedSources.of(["Courier"])
    hidden, query = np.array([len(items)]), items[-1].vectors[0]
    assert whole.article_ids(hidden) == ["early"]
    for released in (whole, whole.limited(courier)):
        shown = released.released(EMBARGO_ENDS_S - 1)
        assert not shown.holds(hidden).any()
        assert (shown.article_ids(hidden), shown.languages(hidden)) == ([""], [""])
        assert not shown.score_meaning(query, hidden).any()
        assert not shown.article_vectors(hidden).any()
        assert shown.best_chunks(query, hidden) == [(0, 0)]
        assert not len(shown.select(hidden))
        for node in (Word("bridge"), Phrase("bridge opens")):
            assert not shown.score_words(node, hidden).any()
            assert not shown.explain(node, len(items))
        ended = released.released(EMBARGO_ENDS_S)
        assert ended.article_ids(hidden) == ["early"]
        assert ended.score_words(Phrase("bridge opens"), hidden).all()


def test_a_limited_snapshot_stays_limited(place: Place) -> None:
    end_s = EMBARGO_ENDS_S
    whole = place.store(indexed([*ARTICLES, early()])).snapshot()
    courier = PermittedSources.of(["Courier"])
    for shown in (
        whole.limited(courier).released(end_s - 1),
        whole.released(end_s - 1).limited(courier),
        whole.limited(courier).released(end_s - 1).limited(courier),
    ):
        assert ids(shown, Word("bridge")) == ["bridge"]
    ended = whole.limited(courier).released(end_s)
    assert set(ids(ended, Word("bridge"))) == {"bridge", "early"}
    assert (
        ids(whole.limited(courier).limited(PermittedSources.of(["Standard"])), Everything()) == []
    )
    assert whole.limited(courier) is whole.limited(PermittedSources.of(["COURIER"]))
    assert set(ids(whole, Word("bridge"))) == {"bridge", "river", "early"}


def test_statistics_are_those_of_the_sources(place: Place) -> None:
    """Mean lengths aside, which on a server are those of the whole index: here all are alike."""
    even = [article(f"even{i}", f"the bridge number{i} fell", source="Even") for i in range(4)]
    odd = [article(f"odd{i}", "bridge number0 river road", source="Odd") for i in range(40)]
    whole = place.store(indexed([*even, *odd])).snapshot().limited(PermittedSources.of(["even"]))
    alone = place.store(indexed(even), name="alone").snapshot()
    query = Bool(should=(Word("bridge"), Word("number0"), Phrase("bridge number1")))
    one, other = whole.match(query, 9), alone.match(query, 9)
    assert one.keys.tolist() == other.keys.tolist()
    np.testing.assert_allclose(one.scores, other.scores, rtol=1e-6)
    assert whole.explain(query, 1) == alone.explain(query, 1)


def test_values_are_written_as_the_sources_write_them(place: Place) -> None:
    articles = [
        article("ours", "text", source="Ours", authors=("Ada Holm",), section="Local"),
        *(
            article(f"theirs{i}", "text", source="Theirs", authors=("ADA HOLM",), section="LOCAL")
            for i in range(3)
        ),
    ]
    whole = place.store(indexed(articles)).snapshot()
    limited = whole.limited(PermittedSources.of(["Ours"])).select(Everything())
    assert limited.count_values(ExactField.AUTHOR, 5).most == (("Ada Holm", 1),)
    assert limited.count_values(ExactField.SECTION, 5).most == (("Local", 1),)


def test_a_second_writer_is_refused_and_told_who_writes(place: Place) -> None:
    store = place.store()
    with (
        store.writer(RANDOM_ENCODER),
        pytest.raises(IndexLocked, match=r"process \d+ on"),
        place.store().writer(RANDOM_ENCODER),
    ):
        pytest.fail("the second writer got the lock")


def test_another_encoder_is_refused_with_the_command_that_rebuilds(place: Place) -> None:
    store = place.store(indexed(ARTICLES))
    other = EncoderIdentity("other", "1", dimension=16, max_tokens=128)
    with (
        pytest.raises(EncoderMismatch, match="newsearch reindex --encoder other"),
        store.writer(other),
    ):
        pytest.fail("the writer was lent")


def test_the_same_encoder_under_another_name_is_taken_and_remembered(place: Place) -> None:
    store = place.store(indexed(ARTICLES))
    moved = replace(RANDOM_ENCODER, name="/elsewhere/random")
    with store.writer(moved):
        pass
    assert store.snapshot().encoder.name == "/elsewhere/random"
    assert ids(store.snapshot(), Word("closed")) == ["river"]


def test_no_index_is_said_to_be_missing(place: Place) -> None:
    with pytest.raises(IndexMissing, match="newsearch index"):
        place.store().snapshot()


def test_a_replaced_snapshot_stays_open_for_its_cursors(place: Place) -> None:
    store = place.store(indexed(ARTICLES[:2]))
    first = store.snapshot().id
    with store.writer(RANDOM_ENCODER) as writer:
        writer.commit(place.ready(indexed(ARTICLES[2:], 3)), ["river"], 5)
    assert ids(store.pinned(first), Word("closed")) == ["river"]
    assert ids(store.snapshot(), Word("closed")) == []
    with pytest.raises(SnapshotGone):
        store.pinned("999")


def test_a_rebuild_is_hidden_until_it_ends_and_resumes(place: Place) -> None:
    store = place.store(indexed(ARTICLES[:1]))
    items = place.ready(indexed(ARTICLES))

    def rebuild_and_fail() -> None:
        with store.rebuild(RANDOM_ENCODER) as writer:
            writer.commit(items[:3], [], 3)
            assert store.snapshot().stats().articles == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        rebuild_and_fail()
    assert store.snapshot().stats().articles == 1
    with store.writer(RANDOM_ENCODER) as other:
        other.set_calibration(store.snapshot().calibration)  # a commit clears nothing of it away
    with store.rebuild(RANDOM_ENCODER) as writer:
        assert writer.archive_revision == 3
        writer.commit(items[3:], [], 4)
    assert store.snapshot().stats().articles == 4
    with store.rebuild(RANDOM_ENCODER) as writer:
        assert writer.archive_revision == 0


def test_an_index_is_written_while_another_is_built_in_its_place(place: Place) -> None:
    store = place.store(indexed(ARTICLES[:2]))
    items = place.ready(indexed(ARTICLES))
    with store.rebuild(RANDOM_ENCODER) as rebuild:
        rebuild.commit(items[:2], [], 2)
        for news in items[2:]:
            with store.writer(RANDOM_ENCODER) as writer:
                writer.commit([news], [], news.stored.revision)
                writer.merge()
        assert store.snapshot().stats().articles == 4
        rebuild.exclude_others()
        with pytest.raises(IndexLocked), store.writer(RANDOM_ENCODER):
            pytest.fail("a writer began that the new index would not know of")
        rebuild.commit(items[2:], [], 4)
    assert store.snapshot().stats().articles == 4
    assert store.snapshot().stats().archive_revision == 4
    with store.writer(RANDOM_ENCODER) as writer:
        writer.commit([], [ARTICLES[0].id], 5)
    assert store.snapshot().stats().articles == 3


def test_the_end_of_a_rebuild_waits_for_the_writer(place: Place) -> None:
    store = place.store(indexed(ARTICLES[:2]))
    items = place.ready(indexed(ARTICLES))
    with ExitStack() as writing:

        def pause(_seconds: float) -> None:
            writer.commit(items[2:3], [], 3)
            writing.close()

        with store.rebuild(RANDOM_ENCODER, pause) as rebuild:
            writer = writing.enter_context(store.writer(RANDOM_ENCODER))
            rebuild.exclude_others()
            assert store.snapshot().stats().articles == 3
            rebuild.commit(items, [], 4)
    assert store.snapshot().stats().articles == 4


def test_a_rebuild_that_gives_up_waiting_leaves_all_as_it_was(place: Place) -> None:
    store = place.store(indexed(ARTICLES[:2]))
    items = place.ready(indexed(ARTICLES))

    def give_up(_seconds: float) -> None:
        raise TimeoutError

    def rebuild_beside_a_writer() -> None:
        with store.rebuild(RANDOM_ENCODER, give_up) as rebuild:
            rebuild.commit(items[:3], [], 3)
            with store.writer(RANDOM_ENCODER):
                rebuild.exclude_others()

    with pytest.raises(TimeoutError):
        rebuild_beside_a_writer()
    assert store.snapshot().stats().articles == 2
    with store.rebuild(RANDOM_ENCODER) as rebuild:
        assert rebuild.archive_revision == 3


def test_a_second_rebuild_is_refused(place: Place) -> None:
    store = place.store(indexed(ARTICLES[:1]))
    with store.rebuild(RANDOM_ENCODER):
        with pytest.raises(IndexLocked), store.rebuild(RANDOM_ENCODER):
            pytest.fail("two rebuilds at once")
        with pytest.raises(IndexLocked):
            store.abandon_rebuild()


def test_weights_outlive_a_rebuild_with_the_same_encoder_alone(place: Place) -> None:
    store = place.store(indexed(ARTICLES[:1]))
    learnt = Calibration({"en": LanguageWeight(0.7, 9, "tuned")}, LanguageWeight(0.2, 0, "default"))
    with store.rebuild(RANDOM_ENCODER) as rebuild:
        rebuild.commit(place.ready(indexed(ARTICLES)), [], 4)
        with store.writer(RANDOM_ENCODER) as writer:
            writer.set_calibration(learnt)
    assert store.snapshot().calibration == learnt
    other = replace(RANDOM_ENCODER, revision="another")
    with store.rebuild(other):
        pass
    assert store.snapshot().calibration != learnt

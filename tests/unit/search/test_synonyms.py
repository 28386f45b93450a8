"""Synonyms: the format, and what they find, note and leave alone."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from newsrooms import articles_of, service_in

from api.service.service import Service
from index.analysis import analyzer_for
from search.expansion.synonym_files import SynonymFiles
from search.expansion.synonym_rules import SynonymFault, SynonymRule, read_rules
from search.request import Mode, SearchRequest
from search.retrieval.word_match import all_words

ARTICLES: Sequence[dict[str, object]] = (
    {"id": "handy", "text": "Das neue Handy ist da.", "lang": "de"},
    {"id": "mobil", "text": "Das Mobiltelefon wird vierzig.", "lang": "de"},
    {"id": "brd", "text": "Die BRD wird gegründet.", "lang": "de"},
    {"id": "bund", "text": "Die Bundesrepublik Deutschland feiert.", "lang": "de"},
    {"id": "bundes", "text": "Deutschland ist keine Bundesrepublik.", "lang": "de"},
    {"id": "nyc", "text": "NYC raises its taxes.", "lang": "en"},
    {"id": "york", "text": "New York is a city.", "lang": "en"},
    {"id": "other", "text": "A handy tool for cooks.", "lang": "en"},
)
RULES = {
    "synonyms.de.txt": "# Telefone\nHandy, Mobiltelefon\nBRD => Bundesrepublik Deutschland\n",
    "synonyms.txt": "New York, NYC\n",
}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_in(tmp_path / "data") as opened:
        opened.ingest.put_and_publish(articles_of(opened, ARTICLES))
        for name, text in RULES.items():
            (tmp_path / "data" / name).write_text(text, encoding="utf-8")
        yield opened


def ask(service: Service, query: str, mode: Mode = Mode.KEYWORD) -> tuple[set[str], list[str]]:
    page = service.rooms.unrestricted.search(SearchRequest(query, mode=mode))
    return {hit.stored.article.id for hit in page.hits}, [str(one.text) for one in page.warnings]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Handy", {"handy", "mobil", "other"}),
        ("Mobiltelefone", {"handy", "mobil"}),
        ("Handys", {"handy", "mobil", "other"}),
        ("+Handy lang:de", {"handy", "mobil"}),
        ("BRD", {"bund"}),
        ("NYC", {"nyc", "york"}),
        ("new york", {"nyc", "york"}),
        ("+New +York", {"nyc", "york"}),
        ("york city", {"york"}),
        ('"Handy"', {"handy", "other"}),
        ("Hand*", {"handy", "other"}),
        ("telefon -Handy", {"mobil"}),
        ("(NYC OR handy) lang:en", {"nyc", "york", "other"}),
        ("Handy^2", {"handy", "mobil", "other"}),
        ("title:Handy", set()),
    ],
)
def test_what_is_found(service: Service, query: str, expected: set[str]) -> None:
    assert ask(service, query)[0] == expected


def test_notes_say_what_was_added(service: Service) -> None:
    assert ask(service, "Handys")[1] == [
        "also searched for Mobiltelefon, a synonym of Handys; put = before a word to search for it "
        "as typed"
    ]
    assert "searched for Bundesrepublik Deutschland instead of BRD" in ask(service, "BRD")[1][0]
    assert not ask(service, "Telefon")[1]


def test_a_synonym_counts_as_the_word_in_hybrid_search(service: Service) -> None:
    assert "mobil" in ask(service, "Handy", Mode.HYBRID)[0]
    engine = service.rooms.unrestricted.engine
    snapshot, question = engine._reader.asked(SearchRequest("neues Mobiltelefon"))
    keys = snapshot.select(all_words(question.parsed, snapshot)).keys()
    assert snapshot.article_ids(keys) == ["handy"]


def test_an_alert_reports_a_synonym(service: Service) -> None:
    engine = service.rooms.unrestricted.engine
    snapshot = service.store.snapshot()
    keys = snapshot.sample_keys("de", 9, seed=0)
    found = engine.percolate(snapshot, SearchRequest("Handy", mode=Mode.KEYWORD), keys, None)
    assert set(snapshot.article_ids(found)) == {"handy", "mobil"}


def test_changes_take_effect_at_once(service: Service) -> None:
    path = service.settings.data_dir / "synonyms.de.txt"
    path.write_text("Telefon, Handy\n", encoding="utf-8")
    assert ask(service, "Telefon")[0] >= {"handy"}
    path.unlink()
    assert "handy" not in ask(service, "Telefon")[0]
    (service.settings.data_dir / "synonyms.txt").write_text("Telefon, Handy\n", encoding="utf-8")
    assert "handy" in ask(service, "Telefon")[0]


def test_the_format() -> None:
    read = list(
        read_rules(
            "a, b  b ,c\n\n# nothing\nx => y, z\nonly\n, a\na =>\nb => c => d\n€ => a\n"
            "s\\,t, u\nw \\=> x, v\n" + ", ".join(map(str, range(65)))
        )
    )
    rules = [one for one in read if isinstance(one, SynonymRule)]
    faults = {one.line: one.why for one in read if isinstance(one, SynonymFault)}
    assert rules == [
        SynonymRule(1, ("a", "b b", "c"), ("a", "b b", "c"), replaces=False),
        SynonymRule(4, ("x",), ("y", "z"), replaces=True),
        SynonymRule(10, ("s,t", "u"), ("s,t", "u"), replaces=False),
        SynonymRule(11, ("w => x", "v"), ("w => x", "v"), replaces=False),
    ]
    assert faults == {
        5: "expected at least two entries separated by commas, or a => b",
        6: "an entry is empty",
        7: "an entry is empty",
        8: "there is more than one =>",
        9: "there is no word in '€'",
        12: "there are more than 64 entries",
    }


def test_faults_of_files(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "synonyms.deutsch!.txt").write_text("a, b\n")
    (tmp_path / "synonyms.fr.txt").write_bytes(b"caf\xe9, bar\n")
    (tmp_path / "synonyms-old.txt").write_text("a, b\n")
    files = SynonymFiles(tmp_path, analyzer_for).current()
    assert [(file.path.name, len(file.faults)) for file in files] == [
        ("synonyms.deutsch!.txt", 1),
        ("synonyms.fr.txt", 1),
    ]
    assert "not UTF-8 (byte 3)" in files[1].faults[0].why
    assert "synonyms.fr.txt:1: the file is not UTF-8" in caplog.text


def test_a_file_of_the_same_size_and_a_new_time_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text("a, b\n")
    files = SynonymFiles(tmp_path, analyzer_for)
    assert files.current() is files.current()
    path.write_text("c, d\n")
    os.utime(path, ns=(1, 1))
    assert files.current()[0].rules[0].left == ("c", "d")

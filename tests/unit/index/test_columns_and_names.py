"""Tables and records whose makers named the fields: proposals, joined columns, what files lack."""

import json
from pathlib import Path
from typing import Any

import pytest

from index.domain import Article
from index.errors import RecordError, SettingsError
from index.readers import ReadOptions, read
from index.readers.file_names import DateInName
from index.readers.proposals import proposal

TEXT = "The ferry left at ten, and the harbour board met on Tuesday to widen the channel again."


def records(path: Path, **options: Any) -> list[Article | RecordError]:
    return list(read([path], ReadOptions(detect=lambda _: "en", **options)).records)


def articles(path: Path, **options: Any) -> list[Article]:
    found = records(path, **options)
    assert [one for one in found if isinstance(one, RecordError)] == []
    return [one for one in found if isinstance(one, Article)]


def written(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("names", "proposed"),
    [
        (
            "Überschrift;Vorspann;Artikeltext;Erscheinungsdatum;Ressort;Autor",
            "text=Vorspann+Artikeltext,title=Überschrift,date=Erscheinungsdatum,authors=Autor",
        ),
        ("Ueberschrift;Volltext", "text=Volltext,title=Ueberschrift"),
        ("titre;corps;date de publication;auteur;rubrique",
         "text=corps,title=titre,date=date de publication,section=rubrique,authors=auteur"),
        ("título;cuerpo;fecha;sección;autora;fuente",
         "text=cuerpo,title=título,date=fecha,section=sección,authors=autora,source=fuente"),
        ("kop;tekst", "text=tekst,title=kop"),
        ("ARTICLE-BODY;writer;desk", "text=ARTICLE-BODY,section=desk,authors=writer"),
        ("teaser;datum", "text=teaser,date=datum"),
        ("title;Artikeltext;date", "text=Artikeltext"),
    ],
)  # fmt: skip
def test_columns_of_newspapers_are_proposed(names: str, proposed: str) -> None:
    made = proposal(names.split(";")) or ""
    assert made.removeprefix("--map ").strip('"') == proposed


def test_nothing_is_proposed_without_a_clue() -> None:
    assert proposal(["a", "b"]) is None
    assert proposal(["a", "b"], "b") == "--map text=b"
    assert proposal(["a,b", "c=d", "e+f"], "e+f") is None


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.json"])
def test_a_file_without_any_text_is_one_message(tmp_path: Path, name: str) -> None:
    rows = [
        {"Überschrift": f"Fähre {n}", "Artikeltext": TEXT, "Ressort": "Hafen"} for n in range(30)
    ]
    separator = "\t" if name.endswith("tsv") else ";"
    lines = [separator.join(rows[0]), *(separator.join(row.values()) for row in rows)]
    content = {
        "a.jsonl": "\n".join(map(json.dumps, rows)),
        "a.json": json.dumps(rows),
    }.get(name, "\n".join(lines))
    (error,) = records(written(tmp_path / name, content))
    assert isinstance(error, RecordError)
    assert error.place == str(tmp_path / name)
    assert "none of its 30 records has a text" in error.why
    assert "Überschrift, Artikeltext, Ressort" in error.why
    assert "--map text=Artikeltext,title=Überschrift" in error.why
    mapped = articles(tmp_path / name, mapping={"text": "Artikeltext", "title": "Überschrift"})
    assert [(one.title, one.section) for one in mapped[:1]] == [("Fähre 0", "Hafen")]


def test_one_record_without_a_text_is_named_among_others(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", f'id,text\n1,\n2,"{TEXT}"\n3,\n')
    first, article, third = records(path)
    assert isinstance(article, Article)
    assert [str(one).split(":")[1] for one in (first, third)] == ["2", "4"]


def test_the_longest_value_is_proposed_as_the_text(tmp_path: Path) -> None:
    (error,) = records(written(tmp_path / "a.json", json.dumps({"k": 1, "zz": TEXT, "q": "x"})))
    assert "--map text=zz" in str(error)


def test_headlines_alone_are_read_when_asked(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,title\n1,Ferry\n2,Train\n")
    (error,) = records(path)
    assert "--headlines" in str(error)
    assert [one.title for one in articles(path, headlines=True)] == ["Ferry", "Train"]


@pytest.mark.parametrize("mapped", ["tekst", "kop+tekst", "kop+"])
def test_a_map_to_a_column_that_is_missing_is_an_error(tmp_path: Path, mapped: str) -> None:
    path = written(tmp_path / "a.csv", "kop,text\nFerry,Left.\n")
    (error,) = records(path, mapping={"text": mapped})
    missing = mapped.split("+")[-1]
    assert f"it has no column {missing!r}, which --map gives for text" in str(error)
    assert "its columns are kop, text" in str(error)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_columns_are_joined(tmp_path: Path, name: str) -> None:
    row = {"id": "1", "Vorspann": "First.", "Haupt": "Second.", "A1": "Ada", "A2": "Ben", "x": "7"}
    content = (
        json.dumps(row)
        if name == "a.jsonl"
        else "\n".join(",".join(part) for part in (row, row.values()))
    )
    (article,) = articles(
        written(tmp_path / name, content),
        mapping={"text": "Vorspann+Haupt", "authors": "A1+A2", "title": "Vorspann"},
    )
    assert article.text == "First.\n\nSecond."
    assert article.title == "First."
    assert article.authors == ("Ada", "Ben")
    assert article.metadata == {"x": "7"}


def test_a_column_whose_name_has_a_plus_is_itself(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a+b,a,b\nTogether.,x,y\n")
    assert articles(path, mapping={"text": "a+b"})[0].text == "Together."


def test_a_part_that_is_empty_leaves_no_gap(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a,b\n,Second.\nFirst.,\n")
    assert [one.text for one in articles(path, mapping={"text": "a+b"})] == ["Second.", "First."]


def test_what_files_do_not_say_is_set(tmp_path: Path) -> None:
    written(tmp_path / "a.txt", TEXT)
    written(tmp_path / "b.json", json.dumps({"text": TEXT, "source": "Gazette", "section": ""}))
    set_for_all = {"source": "Küstenbote", "section": "Lokales", "lang": "de"}
    plain, stated = articles(tmp_path, fixed=set_for_all)
    assert (plain.source, plain.section, plain.language) == ("Küstenbote", "Lokales", "de")
    assert (stated.source, stated.section) == ("Gazette", "Lokales")


def test_a_field_that_does_not_exist_cannot_be_set() -> None:
    with pytest.raises(SettingsError, match="no field called 'colour'"):
        ReadOptions(fixed={"colour": "red"})


@pytest.mark.parametrize(
    ("form", "path", "date"),
    [
        ("%Y-%m-%d", "in/Lokales_2024-06-18.txt", "2024-06-18"),
        ("%Y-%m-%d", "in/2024-06-18-and-2024-06-19.txt", "2024-06-19"),
        ("%Y/%m/%d", "archive/2024/06/18/001.txt", "2024-06-18"),
        ("%d.%m.%y", "18.06.24 Hafen.md", "2024-06-18"),
        ("%Y%m%d", "s20240618p3.html", "2024-06-18"),
        ("%Y%m%d", "120240618.html", None),
        ("%Y-%m", "2024-06.txt", "2024-06"),
        ("%Y", "jahrgang 1924.txt", "1924"),
        ("%Y%j", "2024170.txt", "2024-06-18"),
        ("%Y-%m-%d_%H%M", "2024-06-18_0510.txt", "2024-06-18T05:10"),
        ("%Y-%m-%d", "2024-13-45.txt", None),
        ("%Y-%m-%d", "undated.txt", None),
    ],
)
def test_dates_in_names(form: str, path: str, date: str | None) -> None:
    assert DateInName(form).find(path) == date


@pytest.mark.parametrize("form", ["", "%d.%m.", "%B %Y", "%Y-%d", "%Y %H:%M", "2024"])
def test_forms_that_are_no_dates(form: str) -> None:
    with pytest.raises(SettingsError, match="no form of a date"):
        DateInName(form)


def test_the_date_in_a_name_is_for_articles_without_one(tmp_path: Path) -> None:
    written(tmp_path / "2024-06-18 ferry.txt", TEXT)
    written(tmp_path / "2024-06-19.json", json.dumps({"text": TEXT, "date": "2023-01-01"}))
    written(tmp_path / "undated.txt", "The train left.")
    found = articles(tmp_path, date_in_name=DateInName("%Y-%m-%d"))
    assert [one.date and one.date.value for one in found] == ["2024-06-18", "2023-01-01", None]
    assert [note.what for one in found for note in one.notes] == [
        "there is no date like %Y-%m-%d in the file's name"
    ]

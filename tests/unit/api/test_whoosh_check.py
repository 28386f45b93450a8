"""What `verify --against-whoosh` notices: missing articles, articles too many, other scores."""

from pathlib import Path

from corpora import article, indexed, store_of
from newsrooms import RECORDS, articles_of, service_in

from api.service.whoosh_check import compared, sample_queries
from index.analysis import analyzer_for
from index.lexical.bm25 import Bm25Parameters
from index.local import LocalStore
from index.local.whoosh.answering import WhooshSnapshot
from index.permitted_sources import PermittedSources
from index.query import Word

TEXTS = ["The ferry left the harbour.", "A ferry, a ferry!", "Der Hafen von Kiel ist gross."]


def stores(folder: Path) -> tuple[LocalStore, LocalStore]:
    made = [
        article(f"a{n}", text, language="de" if "Kiel" in text else "en", source=f"s{n}")
        for n, text in enumerate(TEXTS)
    ]
    store = store_of(folder, indexed(made[:2]), indexed(made[2:], first_revision=3))
    return store, LocalStore(folder, analyzer_for, snapshots=WhooshSnapshot)


def test_agreement_and_differences(tmp_path: Path) -> None:
    ours, theirs = (store.snapshot() for store in stores(tmp_path / "index"))
    assert compared(ours, theirs, Word("ferry")) == (2, "")
    fewer = PermittedSources.of(["s1", "s2"])
    assert compared(ours.limited(fewer), theirs, Word("ferry")) == (1, "only Whoosh finds a0")
    assert compared(ours, theirs.limited(fewer), Word("ferry")) == (2, "only the arrays find a0")
    other = LocalStore(tmp_path / "index", analyzer_for, parameters=Bm25Parameters(k1=2.0))
    _, why = compared(other.snapshot(), theirs, Word("ferry"))
    assert why.startswith("scores differ for a0, a1: ")


def test_the_sample_has_queries_of_many_kinds_from_every_language(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        service.ingest.put_and_publish(articles_of(service))
        snapshot, archive = service.store.snapshot(), service.archive
        asked = list(sample_queries(snapshot, archive))
        assert len(asked) == len(RECORDS)
        assert any("Nachtfähre" in query or "Jahr" in query for query in asked)
        assert asked == list(sample_queries(snapshot, archive))

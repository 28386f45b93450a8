"""Any sequence of puts and deletes leaves the archive as a dictionary would be."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from index.archive import SqliteArchive
from index.domain import Article

IDS = st.sampled_from("abc")
PUTS = st.lists(st.tuples(IDS, st.sampled_from(["1", "2"])), min_size=1, max_size=4)
DELETES = st.lists(IDS, min_size=1, max_size=3)
STEPS = st.lists(PUTS | DELETES, max_size=8)


@settings(max_examples=40)
@given(STEPS)
def test_the_archive_is_a_dictionary_with_a_memory(
    steps: list[list[tuple[str, str]] | list[str]],
) -> None:
    current: dict[str, str] = {}
    newest: dict[str, int] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        SqliteArchive.open(Path(folder) / "archive.sqlite") as archive,
    ):
        for step in steps:
            before = archive.last_revision()
            pairs = [item for item in step if isinstance(item, tuple)]
            ids = [item for item in step if isinstance(item, str)]
            outcomes = archive.put([Article(name, "t", text, "de") for name, text in pairs])
            for (name, text), outcome in zip(pairs, outcomes, strict=True):
                expected = "added" if name not in current else "updated"
                assert outcome.status == (expected if current.get(name) != text else "unchanged")
                current[name] = text
                newest[name] = outcome.revision
            deleted = archive.delete(ids)
            assert deleted == [name for name in dict.fromkeys(ids) if name in current]
            for number, name in enumerate(deleted, start=1):
                del current[name]
                newest[name] = before + number
            changes = archive.changes(0, 100)
            assert {change.article_id: change.revision for change in changes} == newest
            assert [c.revision for c in changes] == sorted(newest.values())
            assert {
                c.article_id: c.stored.article.text for c in changes if c.stored is not None
            } == current
            assert [c for c in changes if c.revision > before] == archive.changes(before, 100)
            assert archive.count(before) == len(archive.changes(before, 100))
            assert archive.last_revision() == max(newest.values(), default=0)

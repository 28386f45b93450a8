"""A writer killed at any step leaves the old index or the new, never a mix, and no lock."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from corpora import RANDOM_ENCODER, article, indexed, store_of
from crashing_writer import AFTER, BEFORE, REBUILT

from index.local import LocalStore
from index.query import Bool, Everything, Word

SUPPORT = Path(__file__).parents[1] / "support"
ROOT = Path(__file__).parents[2]

STEPS = ["tombstones", "segment", "rename segment", "commit", "clear away"]


def run_until_killed(folder: Path, operation: str, step: str, count: int = 1) -> bool:
    """Run the writer; returns whether it was killed."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{SUPPORT}"}
    done = subprocess.run(
        [sys.executable, SUPPORT / "crashing_writer.py", folder, operation, step, str(count)],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode != 0


def state(store: LocalStore) -> dict[str, bool]:
    """The ids found, each with whether the word of its newest text is found with it."""
    snapshot = store.snapshot()
    ids = snapshot.article_ids(snapshot.match(Everything(), 100).keys)
    changed = snapshot.match(Bool(must=(Word("changed"),)), 100)
    return {key: key in snapshot.article_ids(changed.keys) for key in sorted(ids)}


def assert_no_leftovers(folder: Path, store: LocalStore) -> None:
    """After the next commit nothing is on disk but what kept snapshots name."""
    with store.writer(RANDOM_ENCODER) as writer:
        writer.commit([], [], writer.archive_revision)
    names = [path.name for path in (folder / "segments").iterdir()]
    assert not [name for name in names if name.startswith(".making")]
    assert not list(folder.rglob("*.tmp"))


OLD = dict.fromkeys(BEFORE, False)
NEW = {key: "changed" in text for key, text in AFTER.items()}


@pytest.mark.parametrize("step", STEPS)
def test_a_commit_is_all_or_nothing(tmp_path: Path, step: str) -> None:
    folder = tmp_path / "index"
    store = store_of(folder, indexed([article(key, text) for key, text in BEFORE.items()]))
    assert run_until_killed(folder, "commit", step)
    assert state(store) == (NEW if step == "clear away" else OLD)
    if step != "clear away":
        assert not run_until_killed(folder, "commit", "never")
    assert state(store) == NEW
    assert_no_leftovers(folder, store)


@pytest.mark.parametrize("step", ["segment", "rename segment", "commit", "clear away"])
def test_a_merge_is_all_or_nothing(tmp_path: Path, step: str) -> None:
    folder = tmp_path / "index"
    items = indexed([article(f"n{number}", "text") for number in range(9)])
    store = store_of(folder, *([item] for item in items))
    before = state(store)
    assert run_until_killed(folder, "merge", step)
    assert state(store) == before
    assert not run_until_killed(folder, "merge", "never")
    assert state(store) == before
    assert store.snapshot().stats().segments < 9
    assert_no_leftovers(folder, store)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("step", ["segment", "rename segment", "commit", "clear away"])
def test_a_rebuild_swaps_at_the_end_and_resumes(tmp_path: Path, step: str, count: int) -> None:
    folder = tmp_path / "index"
    store = store_of(folder, indexed([article(key, text) for key, text in BEFORE.items()]))
    was_killed = run_until_killed(folder, "rebuild", step, count)
    is_published = not was_killed or (step, count) == ("clear away", 3)
    rebuilt = dict.fromkeys(REBUILT, False)
    assert state(store) == (rebuilt if is_published else OLD)
    assert not run_until_killed(folder, "rebuild", "never")
    assert state(store) == rebuilt
    assert_no_leftovers(folder, store)
    assert not (folder / "rebuild").exists()


def test_what_is_left_of_a_published_rebuild_goes_with_the_next_writer(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    store = store_of(folder, indexed([article(key, text) for key, text in BEFORE.items()]))
    assert run_until_killed(folder, "rebuild", "clear away", 3)
    assert (folder / "rebuild").exists(), "it was killed just before that went"
    assert_no_leftovers(folder, store)
    assert not (folder / "rebuild").exists()
    assert state(store) == dict.fromkeys(REBUILT, False)

"""Which segments are merged: after each commit, and at the end of a run."""

import pytest

from index.local import merging
from index.segment.entry import SegmentEntry

BATCH = 2048


def entry(articles: int, deleted: int = 0) -> SegmentEntry:
    return SegmentEntry("s", articles, articles, 0, "checksum", deleted=deleted)


def merged(sizes: list[int], added: int = 0) -> list[int]:
    """What is left when merging goes on until none is due."""
    while (run := merging.choose([entry(size) for size in sizes], added)) is not None:
        assert run.stop - run.start > 1
        sizes = [*sizes[: run.start], sum(sizes[run]), *sizes[run.stop :]]
    return sizes


@pytest.mark.parametrize("commits", [3, 4, 10, 100, 300])
def test_a_run_of_batches_leaves_few_segments_and_copies_each_article_rarely(commits: int) -> None:
    sizes: list[int] = []
    copied = 0
    for _ in range(commits):
        sizes.append(BATCH)
        run = merging.choose([entry(size) for size in sizes])
        if run is not None:
            copied += sum(sizes[run])
            sizes = [*sizes[: run.start], sum(sizes[run]), *sizes[run.stop :]]
    assert sum(sizes) == commits * BATCH
    assert len(sizes) <= 3 * (commits.bit_length() // 2 + 1)
    assert copied <= commits * BATCH * (commits.bit_length() / 2 + 1)


def test_a_first_import_ends_as_one_segment_up_to_the_ceiling() -> None:
    assert merged([8192, 8192, 2048, 1568], added=20_000) == [20_000]
    half = merging.CEILING_CHUNKS // 2
    assert merged([half, half, half, half], added=4 * half) == [half, half, 2 * half]


def test_the_ceiling_counts_the_chunks_of_live_articles() -> None:
    def long(chunks: int, deleted: int = 0) -> SegmentEntry:
        return SegmentEntry("s", 1000, chunks, 0, "checksum", deleted=deleted)

    quarter = merging.CEILING_CHUNKS // 4
    assert merging.choose([long(quarter)] * 4) == slice(0, 4)
    assert merging.choose([long(quarter + 1)] * 4) is None
    assert merging.choose([long(quarter + 1, deleted=100)] * 4) == slice(0, 4)
    assert merging.choose([long(2 * quarter)] * 3, added=3000) == slice(1, 3)
    assert merging.choose([long(2 * quarter + 1)] * 3, added=3000) is None


def test_a_later_run_copies_no_more_than_it_is_worth() -> None:
    assert merged([100_000, 1000, 2048, 500], added=500) == [100_000, 1000, 2048, 500]
    assert merged([100_000, 1000, 900, 500], added=500) == [100_000, 1000, 1400]
    assert merged([100_000, 1000, 900, 500], added=600) == [100_000, 2400]
    small = merging.FLOOR_ARTICLES - 1
    assert merged([100_000, 3, 2, 1], added=small) == [100_000, 3, 2, 1]


def test_what_is_mostly_deleted_is_rewritten_alone() -> None:
    entries = [entry(BATCH), entry(BATCH, deleted=BATCH // 2), entry(BATCH)]
    assert merging.choose(entries) == slice(1, 2)

"""Whatever the bytes: articles or RecordErrors, and no other exception."""

import io
import logging
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.domain import Article
from index.errors import RecordError
from index.readers import ReadOptions
from index.readers.containers import unpacked
from index.readers.formats import FORMATS, format_of, is_read
from index.readers.source import InputFile

SAMPLES = {
    path.name: path.read_bytes() for path in (Path(__file__).parents[1] / "samples").iterdir()
}
HEADS = [b"%PDF-1.7\n", b"SQLite format 3\0", b"PAR1", b"ARROW1\0\0", b"WARC/1.0\r\n",
         b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\x28\xb5\x2f\xfd", b"<rss>", b"<nitf>",
         b"<newsItem>", b"<html>", b"---\na: ", b"\x01bsf0123 3 pl 12\r\n", b"From a 05:10 \n",
         b'{"uri": "x", "headline": ', b"title,text\n", b""]  # fmt: skip
OPTIONS = ReadOptions(detect=lambda _: "xx", table="t")


@pytest.fixture(autouse=True)
def quiet() -> None:
    """Libraries tell much of damage in logs."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read_all(data: bytes, name: str, forced: str | None = None) -> None:
    try:
        for source in unpacked(InputFile(io.BytesIO(data), "x", "x", name=name), is_read):
            if isinstance(source, RecordError):
                continue
            for record in format_of(source, forced).read_articles(source, OPTIONS):
                assert isinstance(record, Article | RecordError)
    except RecordError:
        pass


COMMON = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("name", [one.name for one in FORMATS])
@COMMON
@given(head=st.sampled_from(HEADS), data=st.binary(max_size=300))
def test_any_bytes_in_any_format(name: str, head: bytes, data: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read_all(head + data, "x", name)


@COMMON
@given(head=st.sampled_from(HEADS), data=st.binary(max_size=300), suffix=st.sampled_from(
    sorted({suffix for one in FORMATS for suffix in one.suffixes} | {""})))  # fmt: skip
def test_any_bytes_under_any_name(head: bytes, data: bytes, suffix: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read_all(head + data, f"x{suffix}")


@pytest.mark.parametrize("name", sorted(SAMPLES))
@COMMON
@given(cut=st.floats(0, 1), at=st.floats(0, 1), damage=st.binary(max_size=8))
def test_damaged_samples(name: str, cut: float, at: float, damage: bytes) -> None:
    data = SAMPLES[name]
    data = data[: int(cut * len(data))]
    place = int(at * len(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read_all(data[:place] + damage + data[place + len(damage) :], name)

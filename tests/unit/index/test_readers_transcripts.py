"""WebVTT and SubRip: what is said, by whom, and when."""

from pathlib import Path

import pytest

from index.domain import Article, Locator
from index.errors import RecordError
from index.readers import ReadOptions, read

SAMPLES = Path(__file__).parents[2] / "samples"
SRT = """1
00:00:01,000 --> 00:00:02,500
ADA HOLM: The ferry left.

2
00:00:02,600 --> 00:00:04,000
It was <font color="#fff">late</font>.

3
00:00:05,000 --> 00:00:06,000
- Why?

4
00:00:10,000 --> 00:00:11,000
{\\an8}Nobody knows.
"""


def records(folder: Path, name: str, data: str | bytes) -> list[Article | RecordError]:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(read([path], ReadOptions(detect=lambda _: "xx")).records)


def article(folder: Path, name: str, data: str | bytes) -> Article:
    (found,) = records(folder, name, data)
    assert isinstance(found, Article), str(found)
    return found


def test_webvtt() -> None:
    (found,) = read([SAMPLES / "hearing.vtt"], ReadOptions(detect=lambda _: "xx")).records
    assert isinstance(found, Article)
    assert (found.id, found.title, found.language) == ("hearing", "Hearing on the bridge", "en")
    assert found.text == (
        "Ada Holm: The bridge stays closed & the ferry runs at night.\n\nBo Quill: Who pays for it?"
    )
    assert found.locators == (
        Locator(0, time_s=748.5, speaker="Ada Holm"),
        Locator(36, time_s=751.25, speaker="Ada Holm"),
        Locator(62, time_s=756.0, speaker="Bo Quill"),
    )
    assert found.locator_at(found.text.index("night")) == found.locators[1]


@pytest.mark.parametrize("data", [SRT, SRT.replace("\n", "\r\n"), "\ufeff" + SRT])
def test_subrip(tmp_path: Path, data: str) -> None:
    found = article(tmp_path, "hearing.srt", data)
    assert found.text == "ADA HOLM: The ferry left. It was late.\n\nWhy?\n\nNobody knows."
    assert [(one.start, one.time_s, one.speaker) for one in found.locators] == [
        (0, 1.0, "ADA HOLM"), (26, 2.6, "ADA HOLM"), (40, 5.0, None), (46, 10.0, None),
    ]  # fmt: skip


def test_rolling_captions_are_read_once(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        "a.vtt",
        "WEBVTT\n\n00:01.000 --> 00:02.000\nthe ferry\n\n"
        "00:02.000 --> 00:03.000\nthe ferry\nleft<00:02.500><c> late</c>\n\n"
        "00:03.000 --> 00:03.010\nleft late\n\n00:03.010 --> 00:05.000\nleft late\nat night\n",
    )
    assert found.text == "the ferry left late at night"
    assert [one.time_s for one in found.locators] == [1.0, 2.0, 3.01]


def test_a_damaged_cue_costs_only_itself(tmp_path: Path) -> None:
    found = article(tmp_path, "a.srt", SRT.replace("00:00:02,600", "00:00:0x"))
    assert "It was late" not in found.text
    assert "Nobody knows." in found.text
    assert [note.what for note in found.notes] == [
        "1 cue has no time that can be read and was left out (the first: 2)"
    ]


def test_a_cut_file_gives_what_there_is(tmp_path: Path) -> None:
    assert article(tmp_path, "a.srt", SRT[:60]).text == "ADA HOLM: The ferry left."


def test_the_wrong_encoding_is_not_read_as_another(tmp_path: Path) -> None:
    wrong = SRT.replace("late", "sp\xe4t").encode("cp1252")
    path = tmp_path / "a.srt"
    path.write_bytes(wrong)
    options = ReadOptions(detect=lambda _: "xx", fallback_encoding="cp1252")
    (found,) = read([path], options).records
    assert isinstance(found, Article)
    assert "spät" in found.text


def test_a_file_without_text_is_refused(tmp_path: Path) -> None:
    (found,) = records(tmp_path, "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n")
    assert "no cue with a text" in str(found)

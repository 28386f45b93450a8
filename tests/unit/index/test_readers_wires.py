"""IPTC 7901 and ANPA 1312 as they are found: with their control characters, and without."""

from pathlib import Path
from typing import Any

import pytest

from index.domain import Article, Subject
from index.errors import RecordError
from index.readers import ReadOptions, read, wire_messages

ANPA = (
    "\x16\x16\x01W2870\x1fworld\r\n"
    "r l\x13\x11 BC-LT--Ferry-Tests 1stLd-Writethru   06-18 0104\r\n"
    "\x02^BC-LT--Ferry-Tests, 1st Ld-Writethru,104<\r\n"
    "^Ferry tests begin in Hullhaven <\r\n"
    "^AP Photo XNP101, XNP102<\r\n"
    "^Eds: With photos.<\r\n"
    "^The tests take a week.<\r\n"
    "^By ADA HOLM and BO QUILL=\r\n"
    "^Associated Press=\r\n"
    "\t   HULLHAVEN (AP) _ The ferry, called ``Nora,'' left \r\n"
    "the harbour on Tuesday. \r\n \r\n"
    "\t   It came back.\r\n"
    "\t   ___\r\n"
    "\t   Cy Rook helped with this story.\r\n"
    "\r\n\t   \x03AP-WF-06-18-24 0510GMT<\r\n\x0c\x04"
)
TABLE = (
    "\x16\x16\x01s0284\x1f-----\r\n"
    "r s\x13\x12 BC-FBL--Standings     06-18 \r\n"
    "\x02^BC-FBL--Standings<\r\n"
    "^Harbour League=\r\n"
    "^All Times BST=\r\n"
    "^By The Associated Press=\r\n"
    "^EAST=\r\n"
    "^;W;L\r\n"
    "Hullhaven;3;1\r\n"
    "Sarelle;2;2\r\n"
    "\t   ___=\r\n"
    "^Sunday's Games=\r\n"
    "\t   Hullhaven 2, Sarelle 0\r\n"
    "\t   Port 1, Valley 1<\r\n"
    "\r\n\t   \x03AP-WF-06-18-24 0617GMT<\r\n\x04"
)
KYODO = (
    "a0105KYODOkoko-\nu s BC-Rowing   09-12 0344\nBC-Rowing\n"
    "Rowing: Urazaki wins the cup+\n"
    "     SAITANA, Dec. 9 Kyodo - Urazaki won the cup on Sunday \n"
    "by two lengths.\n     The crew cheered.\n==Kyodo\nKWS-21:37-09-12-18\n"
)
IPTC_WITH_BYLINE = (
    "eca0075 3 i 510    dpa 1003\n\n/politics/harbour/\n2ND LEAD\n"
    "Harbour court: the bridge may stay\nBy Ada Holm, dpa  =\n \n"
    "Sarelle (dpa) - The bridge may stay, the\ncourt ruled.\n\nThe council agreed.\n\n"
    "101137 GMT Dez 18\n"
)
IPTC_TWO_BLOCKS = (
    "\nbsf037 4 su 174 gef 1388\n\nFrais du port\n\nFrais du port: \nL'affaire continue = \n\n"
    "Sarelle (ats) Le conseil \na parlé. \n\n211005 jan 19"
)


def articles(folder: Path, content: str | bytes, name: str = "wire") -> list[Article]:
    found = records(folder, content, name)
    assert [str(one) for one in found if isinstance(one, RecordError)] == []
    return [one for one in found if isinstance(one, Article)]


def records(folder: Path, content: str | bytes, name: str = "wire") -> list[Any]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read([path], ReadOptions(detect=lambda _: "xx")).records)


def stripped(content: str) -> str:
    """A wire file after an editor: no control characters, and the line ends of the system."""
    return "".join(one for one in content.replace("\r\n", "\n") if one >= " " or one in "\t\n")


@pytest.mark.parametrize("found", [ANPA, stripped(ANPA), "\n\n" + ANPA])
def test_an_anpa_story(tmp_path: Path, found: str) -> None:
    (article,) = articles(tmp_path, found)
    news = article.news
    assert (article.id, article.title) == ("W2870-2024-06-18", "Ferry tests begin in Hullhaven")
    assert article.text == (
        "HULLHAVEN (AP) — The ferry, called “Nora,” left the harbour on Tuesday.\n\n"
        "It came back.\n\nCy Rook helped with this story."
    )
    assert article.date is not None
    assert article.date.value == "2024-06-18T05:10Z"
    assert (article.place, article.authors) == ("Hullhaven", ("ADA HOLM", "BO QUILL"))
    assert news.byline == "By ADA HOLM and BO QUILL Associated Press"
    assert (news.slugline, news.urgency, news.provider) == (
        "BC-LT--Ferry-Tests, 1st Ld-Writethru", 4, "AP",
    )  # fmt: skip
    assert news.subjects == (Subject("l", "lifestyle"),)
    assert article.metadata == {
        "ednote": "AP Photo XNP101, XNP102\nEds: With photos.",
        "summary": "The tests take a week.",
    }


@pytest.mark.parametrize("found", [TABLE, stripped(TABLE)])
def test_the_lines_of_a_table_stay_lines(tmp_path: Path, found: str) -> None:
    (article,) = articles(tmp_path, found)
    assert article.title == "Harbour League"
    assert article.text == (
        "All Times BST\n\nEAST\n\n;W;L\nHullhaven;3;1\nSarelle;2;2\n\nSunday's Games\n\n"
        "Hullhaven 2, Sarelle 0\n\nPort 1, Valley 1"
    )
    assert (article.news.byline, article.authors) == ("By The Associated Press", ())


def test_an_alert_has_only_a_keyword_and_a_sentence(tmp_path: Path) -> None:
    (article,) = articles(
        tmp_path,
        "W1645asian\nb a BC-US--APNewsAlert     06-29 0358\n^BC-US--APNewsAlert,17<\n"
        "\t   HULLHAVEN (AP) _ The bridge is closed.\n\n\t   AP-WF-06-29-17 2350GMT<\n\n",
    )
    assert (article.title, article.news.urgency) == ("The bridge is closed.", 2)


def test_headlines_without_a_mark_at_their_end_are_the_text(tmp_path: Path) -> None:
    (article,) = articles(
        tmp_path,
        "V4644-----\nr e AP-Top-Headlines-Hea     02-09 0121\n"
        "^*9006< ^AP-Top-Headlines,0176<\n^Top news at 11:23 p.m. EST<\n"
        "^Ferry tests begin\n^Bridge stays closed\n\n\t   AP-WF-02-10-16 0423GMT<\n",
    )
    assert (article.title, article.news.slugline) == (
        "Top news at 11:23 p.m. EST", "AP-Top-Headlines",
    )  # fmt: skip
    assert article.text == "Ferry tests begin\n\nBridge stays closed"


def test_kyodo_writes_day_before_month(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, KYODO)
    assert (article.title, article.id) == ("Rowing: Urazaki wins the cup", "a0105-2018-12-09")
    assert article.text.endswith("on Sunday by two lengths.\n\nThe crew cheered.")
    assert article.date is not None
    assert (article.date.value, article.news.provider) == ("2018-12-09T21:37", "Kyodo")


@pytest.mark.parametrize("joined", [ANPA + TABLE, stripped(ANPA) + stripped(TABLE)])
def test_several_stories_of_one_file(tmp_path: Path, joined: str) -> None:
    assert [one.id for one in articles(tmp_path, joined)] == [
        "W2870-2024-06-18", "s0284-2024-06-18",
    ]  # fmt: skip


def test_iptc_without_control_characters(tmp_path: Path) -> None:
    first, second = articles(tmp_path, IPTC_WITH_BYLINE + IPTC_TWO_BLOCKS)
    assert (first.title, first.news.byline, first.news.slugline) == (
        "Harbour court: the bridge may stay", "By Ada Holm, dpa", "/politics/harbour/ 2ND LEAD",
    )  # fmt: skip
    assert first.text == (
        "Sarelle (dpa) - The bridge may stay, the court ruled.\n\nThe council agreed."
    )
    assert (first.id, first.date and first.date.value) == (
        "eca0075-2018-12-10", "2018-12-10T11:37Z",
    )  # fmt: skip
    assert (second.title, second.news.slugline) == (
        "Frais du port: L'affaire continue", "Frais du port",
    )  # fmt: skip
    assert second.text == "Sarelle (ats) Le conseil a parlé."
    assert second.date is not None
    assert second.date.value == "2019-01-21T10:05"


def test_a_number_without_a_day_identifies_nothing(tmp_path: Path) -> None:
    one, other = articles(
        tmp_path, "\x01bsf0124 1 sp 3  vpa\r\nA\r\n\x02One.\r\n\x03\x04\r\n"
        "\x01bsf0124 1 sp 3  vpa\r\nA\r\n\x02Other.\r\n\x03\x04\r\n",
    )  # fmt: skip
    assert one.id != other.id


def test_a_damaged_or_cut_message_costs_only_itself(tmp_path: Path) -> None:
    damaged, cut = records(tmp_path, "\x01W2870world\r\nnothing\r\n\x04" + ANPA[:380], "a.anpa")
    assert "message 1: its header is damaged" in str(damaged)
    assert cut.text.startswith("HULLHAVEN (AP) — The ferry")
    assert cut.date is None


def test_the_wrong_encoding_costs_the_message(tmp_path: Path) -> None:
    wrong = ANPA.replace(" a", " \xe0").replace("Ferry", "F\xeahre").encode("latin-1", "replace")
    second, first = records(tmp_path, wrong + TABLE.encode())
    assert "not UTF-8" in str(first)
    assert second.title == "Harbour League"


def test_a_message_too_long_is_refused_and_the_rest_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire_messages, "MAX_MESSAGE_BYTES", 1_000)
    long = ANPA.replace("It came back.", "It came back. " * 100)
    first, second = records(tmp_path, long + TABLE)
    assert "more than 1,000 bytes" in str(first)
    assert second.title == "Harbour League"


def test_letters_that_begin_like_a_wire_are_text(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, "A1234 is a road.\nr l is not a header, 06-18.", "a.txt")
    assert article.text.startswith("A1234 is a road.")

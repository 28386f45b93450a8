"""The language of texts, long, short and strange; and of whose making the model is."""

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from index.text import language
from index.text.language import detect

TEXTS = {
    "de": "Der Stadtrat hat am Dienstag den Haushalt für das kommende Jahr beschlossen.",
    "en": "The city council passed the budget for the coming year on Tuesday evening.",
    "fr": "Le conseil municipal a adopté mardi le budget de l'année prochaine.",
    "es": "El ayuntamiento aprobó el martes el presupuesto para el próximo año.",
    "it": "Il consiglio comunale ha approvato martedì il bilancio del prossimo anno.",
    "tr": "Belediye meclisi salı günü gelecek yılın bütçesini kabul etti.",
    "ru": "Городской совет во вторник принял бюджет на следующий год.",
    "el": "Το δημοτικό συμβούλιο ενέκρινε την Τρίτη τον προϋπολογισμό του επόμενου έτους.",
    "ar": "أقر مجلس المدينة يوم الثلاثاء ميزانية العام المقبل.",
    "hi": "नगर परिषद ने मंगलवार को अगले वर्ष का बजट पारित किया।",
    "th": "สภาเมืองได้อนุมัติงบประมาณสำหรับปีหน้าเมื่อวันอังคาร",
    "zh": "市议会周二通过了明年的预算。",
    "ja": "市議会は火曜日に来年度の予算を可決した。",
    "ko": "시의회는 화요일에 내년도 예산을 통과시켰다.",
}


@pytest.mark.parametrize("expected", TEXTS)
def test_sentences(expected: str) -> None:
    assert detect(TEXTS[expected]) == expected


@pytest.mark.parametrize("expected", ["de", "en", "fr", "es", "ru", "el"])
def test_capitals_and_line_ends_do_not_matter(expected: str) -> None:
    assert detect(TEXTS[expected].upper()) == expected
    assert detect("\n\n" + TEXTS[expected].replace(" ", "\r\n") + "\n") == expected


@pytest.mark.parametrize(
    "text",
    ["", "\n\t ", "OK", "a", "12:30", "3:1 (2:0)", "…!?", "42 17 99", "https://www.example.org/a/b",
     "<p></p>", "name@example.org", "\u0301\u0301\u0301", "😀😀😀"],
)  # fmt: skip
def test_what_has_no_words_is_undetermined(text: str) -> None:
    assert detect(text) == "und"


@pytest.mark.parametrize(
    ("text", "expected"), [("中国", "zh"), ("한국", "ko"), ("日本の首相", "ja")]
)
def test_short_words_in_their_own_script(text: str, expected: str) -> None:
    assert detect(text) == expected


def test_chinese_with_latin_names_is_chinese() -> None:
    assert detect("iPhone 15 在中国发布，价格上涨，消费者不满") == "zh"


def test_markup_and_addresses_do_not_count() -> None:
    markup = '<a href="/the/english/path/of/this/page">' * 20 + "https://the.english.example/news "
    assert detect(markup + TEXTS["de"]) == "de"


def test_lone_surrogates_do_no_harm() -> None:
    assert detect("\ud800 " + TEXTS["en"]) == "en"


def test_a_long_text_is_sampled() -> None:
    assert detect((TEXTS["fr"] + " ") * 100_000) == "fr"
    assert len(language._sample("x" * 10_000_000)) < 5_000


def test_a_foreign_beginning_does_not_decide_alone() -> None:
    quotation = TEXTS["en"] + " "
    assert detect(quotation * 3 + (TEXTS["de"] + " ") * 100) == "de"


def test_dialects_of_one_written_language_come_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_load", lambda: lambda text: ("arz", 0.9))
    assert detect("an answer of the model") == "ar"


def test_a_guess_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_load", lambda: lambda text: ("de", 0.29))
    assert detect("an answer of the model") == "und"


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: Any) -> None:
        raise AssertionError(f"the network was asked: {args}")

    monkeypatch.setattr(socket.socket, "connect", refused)
    language._load.cache_clear()
    assert detect(TEXTS["de"]) == "de"


def test_threads_share_one_model() -> None:
    language._load.cache_clear()
    asked = list(TEXTS.items()) * 40
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(detect, (text for _, text in asked)))
    assert answers == [expected for expected, _ in asked]
    assert language._load.cache_info().misses == 1

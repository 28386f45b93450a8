"""Which spellings must find each other, which must not, and how well compounds split."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.analysis import analyzer_for

LEAST_COMPOUNDS = {"de": 200, "nl": 90, "sv": 90, "da": 90, "no": 90}
PRECISION_FLOOR = {"de": 0.985, "nl": 0.95, "sv": 0.97, "da": 0.97, "no": 0.97}
RECALL_FLOOR = {"de": 0.985, "nl": 0.8, "sv": 0.85, "da": 0.8, "no": 0.9}
LEAST_WHOLE = 30

MEET = {
    "und": [
        ("U.S.", "US"),
        ("U.S.A.", "USA"),
        ("G-20", "G20"),
        ("COVID-19", "covid19"),
        ("COVID-19", "Covid"),
        ("AT&T", "at&t"),
        ("C++", "c++"),
        ("C#", "c#"),
        (".NET", ".net"),
        ("e-mail", "email"),
        ("E‑Mail", "email"),
        ("1.000", "1000"),
        ("1,000", "1000"),
        ("1\u202f000", "1000"),
        ("1.000,50", "1,000.50"),
        ("3,14", "3.14"),
        ("18.06.2024", "2024"),
        ("2024-06-18", "2024"),
        ("#Wahl2024", "Wahl"),
        ("#Wahl2024", "2024"),
        ("#BlackLivesMatter", "lives"),
        ("@ECB", "ecb"),
        ("20-Jährige", "20"),
        ("20km", "20 km"),
        ("Ost-West-Konflikt", "Konflikt"),
        ("O’Neill", "O'Neill"),
        ("O'Neill", "Neill"),
        ("co-operation", "cooperation"),
        ("Ex-Präsident", "Präsident"),
        ("T-Shirt", "Shirt"),
        ("A380", "A-380"),
        ("São Paulo", "Sao Paulo"),
        ("Łódź", "Lodz"),
        ("Ørsted", "Orsted"),
        ("Wahl\u00adkampf", "Wahlkampf"),
        ("ＮＡＴＯ", "NATO"),
        ("٢٠٢٤", "2024"),
        ("ﬁnance", "finance"),
        ("van der Bellen", "Van der Bellen"),
    ],
    "de": [
        ("Präsident", "Praesident"),
        ("Präsident", "Prasident"),
        ("Köln", "Koeln"),
        ("Köln", "Koln"),
        ("München", "Muenchen"),
        ("Straße", "Strasse"),
        ("Häuser", "Haus"),
        ("Haeuser", "Haus"),
        ("Wahlen", "Wahl"),
        ("Bürgermeisterwahl", "Wahl"),
        ("Bürgermeisterwahl", "Bürgermeister"),
        ("Buergermeisterwahl", "Wahl"),
        ("Burgermeisterwahl", "Bürgermeisterwahl"),
        ("UN-Sicherheitsrat", "Sicherheitsrat"),
        ("UN-Sicherheitsrat", "Sicherheitsrates"),
        ("UN-Sicherheitsrat", "Sicherheit"),
        ("Staubecken", "Becken"),
        ("ging", "gehen"),
        ("gewann", "gewinnen"),
        ("fährt", "faehrt"),
        ("Merkels", "Merkel"),
        ("Trumps", "Trump"),
        ("Europas", "Europa"),
        ("Selenskyjs", "Selenskyj"),
        ("Melonis", "Meloni"),
        ("Natos", "NATO"),
        ("Netanjahus", "Netanjahu"),
        ("Lawrows", "Lawrow"),
        ("Brandts", "Brandt"),
        ("Herzogs", "Herzog"),
        ("Federers", "Federer"),
        ("Scholz'", "Scholz"),
        ("Mio.", "Millionen"),
        ("Mrd.", "Milliarde"),
        ("Kohlen", "Kohle"),
        ("Reisen", "Reise"),
        ("Bürger*innen", "Bürger"),
        ("Bürger*innen", "Bürgerinnen"),
        ("Bürgerinnen", "Bürger:innen"),
        ("Lehrer_innen", "Lehrer"),
        ("StudentInnen", "Studenten"),
        ("StudentInnen", "Student*in"),
        ("Wähler/-innen", "Wähler"),
        ("Leser(innen)", "Leserinnen"),
        ("Ärzt*innen", "Arzt"),
        ("Kolleg:innen", "Kollegen"),
        ("Förderungen", "Förderung"),
        ("Burger", "Bürger"),
        ("Müller", "Muller"),
        ("Müller", "Mueller"),
        ("Ost-West-Konflikts", "Ost-West-Konflikt"),
        ("20-Jährige", "20-jährigen"),
        ("Steuererhöhungen", "Erhöhung"),
    ],
    "en": [
        ("government's", "government"),
        ("governments’", "government"),
        ("elections", "election"),
        ("don't", "dont"),
        ("running", "runs"),
        ("café", "cafe"),
        ("re-election", "reelection"),
        ("re-election", "election"),
        ("US-led", "US"),
    ],
    "fr": [
        ("l'avion", "avion"),
        ("L’avion", "avions"),
        ("d'Estaing", "Estaing"),
        ("qu'elle", "elle"),
        ("élèves", "eleve"),
        ("jusqu'ici", "ici"),
    ],
    "it": [("dell'acqua", "acqua"), ("un’elezione", "elezioni"), ("città", "citta")],
    "es": [("elección", "elecciones"), ("niño", "nino"), ("España", "Espana")],
    "pt": [("eleição", "eleições"), ("São", "Sao")],
    "ca": [("l'elecció", "eleccions")],
    "nl": [("verkiezingen", "verkiezing"), ("Anna's", "Anna"), ("België", "Belgie")],
    "da": [("valget", "valg"), ("København", "Kobenhavn")],
    "sv": [("valet", "val"), ("Malmö", "Malmo")],
    "no": [("valget", "valg"), ("Tromsø", "Tromso")],
    "nb": [("valget", "valg")],
    "fi": [("talossa", "talo")],
    "hu": [("választás", "választások"), ("választás", "valasztas")],
    "ru": [("ёлка", "елка"), ("выборы", "выборов"), ("президента", "президент")],
    "uk": [("вибори", "виборів")],
    "pl": [("wyborów", "wybory"), ("Łódź", "Lodz")],
    "cs": [("volby", "voleb")],
    "ar": [
        ("الرئيس", "رئيس"),
        ("المدينة", "مدينه"),
        ("إلى", "الى"),
        ("مُحَمَّد", "محمد"),
        ("مدرسة", "مدرسه"),
    ],
    "fa": [("می\u200cخواهم", "میخواهم")],
    "tr": [
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("İstanbul'da", "İstanbul"),
        ("1937'de", "1937"),
        ("Türkiye", "Turkiye"),
        ("Işık", "isik"),
    ],
    "ro": [("ştiri", "știri"), ("știri", "stiri"), ("alegeri", "alegerile")],
    "el": [("ΕΛΛΑΔΑ", "Ελλάδα"), ("ΣΟΦΟΣ", "σοφός"), ("εκλογές", "εκλογών")],
    "hi": [("चुनावों", "चुनाव"), ("डिफ़ेंस", "डिफेंस"), ("हिन्दी", "हिन्दी"), ("२०२४", "2024")],
    "vi": [("bầu cử", "bau cu"), ("Việt Nam", "viet nam")],
    "zh": [("喝茶", "茶"), ("中国人民", "中国"), ("２０２４", "2024")],
    "ja": [("東京都", "東京"), ("ﾃﾚﾋﾞ", "テレビ")],
    "ko": [("서울에서", "서울")],
    "he": [('צה"ל', "צהל"), ("צה״ל", 'צה"ל'), ("צהל", "צה״ל")],
    "th": [("การเลือกตั้ง", "เลือกตั้ง"), ("๒๕๖๗", "2567")],
}
APART = {
    "und": [
        ("C++", "C"),
        ("C#", "C"),
        ("C++", "C#"),
        (".NET", "net"),
        ("AT&T", "at"),
        ("1.000", "1"),
        ("3.14", "314"),
        ("1.5", "15"),
        ("G20", "20"),
        ("5G", "5"),
        ("2024", "24"),
        ("U.S.", "U"),
    ],
    "de": [
        ("Staubecken", "Ecken"),
        ("Staubecken", "Staub"),
        ("Minister", "Mini"),
        ("Hamburg", "Burg"),
        ("Deutschland", "Land"),
        ("Gegenwart", "Wart"),
        ("Kombination", "Nation"),
        ("Steuer", "Stur"),
        ("Treue", "Tru"),
        ("Blumenkohl", "Kohle"),
        ("Reisfeld", "Reise"),
        ("Seite", "seit"),
        ("Listen", "List"),
        ("News", "New"),
        ("Paris", "Pari"),
        ("Andreas", "Andrea"),
        ("Politiker:innen", "Inn"),
        ("LinkedIn", "Linked"),
        ("Aero", "Aro"),
        ("Wissenschaft", "Schaft"),
    ],
    "en": [("universe", "universal"), ("news", "new"), ("O'Neill", "O")],
    "fr": [("l'avion", "l")],
    "ru": [("йод", "иод")],
    "tr": [("Ankara'da", "da")],
    "vi": [("bán", "bạn"), ("ma", "Việt")],
    "hi": [("कल", "काल")],
    "ja": [("が", "か")],
    "zh": [("中国", "日本人")],
}


def _finds(language: str, query: str, text: str) -> bool:
    """Whether every word of the query looks for a term that the text is indexed as."""
    analyzer = analyzer_for(language)
    indexed = {term for word in analyzer.split(text) for term in analyzer.terms(word).terms}
    words = analyzer.split(query)
    return bool(words) and all(
        any(wanted.term in indexed for wanted in analyzer.query_terms(word)) for word in words
    )


def _pairs(table: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    return [(language, *pair) for language, pairs in table.items() for pair in pairs]


@pytest.mark.parametrize(("language", "text", "query"), _pairs(MEET))
def test_these_meet(language: str, text: str, query: str) -> None:
    assert _finds(language, query, text)


@pytest.mark.parametrize(("language", "text", "query"), _pairs(APART))
def test_these_do_not_meet(language: str, text: str, query: str) -> None:
    assert not _finds(language, query, text)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Präsident", "Praesident"),
        ("de", "Straße", "Strasse"),
        ("de", "Prasident", "Präsident"),
        ("und", "U.S.", "US"),
        ("und", "G-20", "G20"),
        ("und", "1.000", "1,000"),
        ("ru", "ёлка", "елка"),
        ("ro", "ştiri", "știri"),
        ("el", "ΕΛΛΑΔΑ", "ελλάδα"),
    ],
)
def test_these_are_one_and_the_same(language: str, one: str, other: str) -> None:
    """Equal terms and equal surfaces: ranked alike, and alike to prefix and fuzzy search."""
    analyzer = analyzer_for(language)
    assert analyzer.terms(one) == analyzer.terms(other)


@dataclass(frozen=True)
class Judged:
    """A word, the parts that it must give, and those that it may give, as terms."""

    word: str
    required: frozenset[str]
    allowed: frozenset[str]


def _term(language: str, word: str) -> str:
    return analyzer_for(language).terms(word).terms[0]


def _judged(language: str) -> Iterator[Judged]:
    path = Path(__file__).with_name(f"compounds_{language}.txt")
    is_compound = True
    for line in path.read_text(encoding="utf-8").splitlines():
        if line == "# whole":
            is_compound = False
        if line.startswith("#"):
            continue
        word, _, parts = line.partition(":")
        required, _, allowed = parts.partition("/")
        needed = frozenset(_term(language, part) for part in required.split())
        others = frozenset(_term(language, part) for part in allowed.split())
        yield Judged(word, needed, needed | others)
        assert is_compound == bool(parts)


def _found_parts(language: str, word: str) -> set[str]:
    analyzer = analyzer_for(language)
    words = analyzer.split(word)
    terms = {term for one in words for term in analyzer.terms(one).terms[1:]}
    found = {term for term in terms if not term.startswith("~")}  # another spelling of the word
    return found | {_term(language, one) for one in words if len(words) > 1}


@pytest.mark.parametrize("language", LEAST_COMPOUNDS)
def test_compounds_are_taken_apart_as_judged(language: str) -> None:
    compounds = [judged for judged in _judged(language) if judged.allowed]
    assert len(compounds) >= LEAST_COMPOUNDS[language]
    found = {judged.word: _found_parts(language, judged.word) for judged in compounds}
    right = sum(len(found[judged.word] & judged.allowed) for judged in compounds)
    precision = right / sum(map(len, found.values()))
    met = sum(len(found[judged.word] & judged.required) for judged in compounds)
    recall = met / sum(len(judged.required) for judged in compounds)
    assert precision >= PRECISION_FLOOR[language]
    assert recall >= RECALL_FLOOR[language]


@pytest.mark.parametrize("language", LEAST_COMPOUNDS)
def test_other_words_stay_whole(language: str) -> None:
    words = [judged.word for judged in _judged(language) if not judged.allowed]
    assert len(words) >= LEAST_WHOLE
    split = {word: parts for word in words if (parts := _found_parts(language, word))}
    assert not split


def test_a_query_weighs_the_whole_word_above_its_parts() -> None:
    whole, *parts = analyzer_for("de").query_terms("Bürgermeisterwahl")
    assert whole.weight == 1
    assert len(parts) >= 2
    assert all(part.weight < 1 for part in parts)


@pytest.mark.parametrize(
    ("language", "question"),
    [("en", "the who"), ("en", "to be or not to be"), ("de", "die der und"), ("ar", "من هو")],
)
def test_stop_words_are_words_of_the_split_and_never_indexed_away(
    language: str, question: str
) -> None:
    """What a bare query drops is still in the index, so phrases and lone stop words find it."""
    analyzer = analyzer_for(language)
    assert all(analyzer.is_stop_word(word) for word in analyzer.split(question))
    assert _finds(language, question, question.upper())


def test_acronyms_are_no_stop_words() -> None:
    analyzer = analyzer_for("en")
    words = ("WHO", "who", "IT", "it", "don’t", "WHO'S")
    assert [analyzer.is_stop_word(word) for word in words] == [
        False,
        True,
        False,
        True,
        True,
        True,
    ]

"""What a question asks for: a person, a place, a time or a number; and which sentences hold one.

Rules, for the most common languages of archives. A kind raises sentences that hold such a thing; it
never excludes others, because rules miss what people write.
"""

import re
from enum import StrEnum

from search.asking.calendar_words import MONTHS, WEEKDAYS


class AnswerKind(StrEnum):
    """What would answer a question."""

    WHO = "who"
    WHERE = "where"
    WHEN = "when"
    HOW_MANY = "how_many"
    COURSE = "course"
    """A course of events, told in the order of time."""

    OTHER = "other"


_ASKED = (
    (
        AnswerKind.HOW_MANY,
        r"wie\s?viele?\w*"
        r"|wie (?:hoch|lange?|alt|groß|weit|teuer|schwer|schnell|oft|häufig|tief|voll)"
        r"|how (?:many|much|long|old|big|large|high|tall|far|fast|often|deep|expensive)"
        r"|(?:what|which) (?:percentage|proportion|number|amount|share)"
        r"|combien|quel(?:le)? (?:nombre|pourcentage|âge|montant|part)"
        r"|cu[aá]nt[oa]s?|qu[eé] (?:porcentaje|cantidad|número|edad)"
        r"|quant[ioae]|hoeveel|quantos?|ile"
        r"|welche[rsn]? (?:anzahl|prozentsatz|anteil|betrag|summe|höhe)",
    ),
    (
        AnswerKind.WHEN,
        r"(?:seit |ab |bis )?wann|when|quand|cu[aá]ndo|quando|wanneer|kiedy"
        r"|(?:in |an )?welche[mrsn] (?:jahr\w*|tag|monat|datum|woche|jahrhundert|jahrzehnt)"
        r"|(?:in |on )?(?:what|which) (?:year|day|month|date|century|decade)"
        r"|(?:en |à )?quel(?:le)? (?:année|jour|mois|date|siècle)"
        r"|(?:en )?qu[eé] (?:año|día|mes|fecha|siglo)",
    ),
    (
        AnswerKind.COURSE,
        r"wie (?:kam es|verlief|ging es weiter|lief)"
        r"|was (?:geschah|passierte|ist (?:passiert|geschehen))"
        r"|what (?:happened|has happened)|how did .{1,60} (?:unfold|come about|develop)"
        r"|que s['’]est-il pass[eé]|comment s['’]est|qu[eé] (?:pas[oó]|ocurri[oó]|sucedi[oó])"
        r"|chronologie|chronology|chronik|timeline|cronología|ablauf",
    ),
    (
        AnswerKind.WHO,
        r"wer|wem|wen|wessen|whom?|whose|(?<!est-ce )qui|qui[eé]n(?:es)?|chi|wie heißt|kto",
    ),
    (
        AnswerKind.WHERE,
        r"wo(?:hin|her)?|where|où|(?:a)?d[oó]nde|dove|waar|onde|gdzie"
        r"|(?:in )?welche[mrsn] (?:stadt|land|ort|gebiet|region)"
        r"|(?:in )?(?:what|which) (?:city|country|town|place|state|region)"
        r"|(?:dans )?quel(?:le)? (?:ville|pays|région|lieu)|(?:en )?qu[eé] (?:ciudad|país|lugar)",
    ),
)
_PATTERNS = tuple(
    (kind, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)) for kind, pattern in _ASKED
)

_NUMBER_WORDS = """
zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dutzend hundert tausend million millionen
milliarde milliarden hälfte drittel viertel keine kein niemand
two three four five six seven eight nine ten eleven twelve dozen hundred thousand million billion
half third quarter none nobody
deux trois quatre cinq six sept huit neuf dix onze douze cent mille millions milliard moitié tiers
dos tres cuatro cinco seis siete ocho nueve diez once doce cien ciento mil millón millones mitad
due quattro cinque otto nove dieci undici dodici cento mila metà
"""
_NUMBER = re.compile(rf"\d|(?<!\w)(?:{'|'.join(_NUMBER_WORDS.split())})(?!\w)", re.IGNORECASE)
_TIME = re.compile(
    r"(?<!\d)(?:1[0-9]|20)\d\d(?!\d)|\d{1,2}[.:]\d{2}"
    rf"|(?<!\w)(?:{'|'.join(MONTHS + WEEKDAYS)})(?!\w)"
    r"|(?<!\w)(?:heute|gestern|morgen|today|yesterday|tomorrow|aujourd['’]hui|hier|demain|hoy|ayer"
    r"|mañana|\d+(?:st|nd|rd|th) century|\d+\. jahrhundert|jahrhunderts?|century|siècle|siglo"
    r"|wochen?|weeks?|semaines?|semanas?)(?!\w)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[^\W\d_][\s,])[A-ZÀ-ÖØ-ÞĀ-ŽА-Я][\w'’-]+\s+[A-ZÀ-ÖØ-ÞĀ-ŽА-Я][\w'’-]+")
_PLACE = re.compile(
    r"(?<!\w)(?:in|im|bei|aus|nach|vor|an|am|auf|at|near|from|to|on"
    r"|à|au|en|dans|près de|de|a|cerca de|nel|nella|te|w|na|в|на)\s+"
    r"(?:der\s|den\s|dem\s|the\s|la\s|l['’]|el\s)?[A-ZÀ-ÖØ-ÞĀ-ŽА-Я]\w+"
)


def kind_of(question: str) -> AnswerKind:
    """Return what the question asks for; of several, what its first such word asks for."""
    found = [
        (match.start(), order, kind)
        for order, (kind, pattern) in enumerate(_PATTERNS)
        if (match := pattern.search(question)) is not None
    ]
    return min(found)[2] if found else AnswerKind.OTHER


def holds(kind: AnswerKind, sentence: str) -> bool:
    """Return whether a sentence holds something of a kind."""
    match kind:
        case AnswerKind.HOW_MANY:
            return _NUMBER.search(sentence) is not None
        case AnswerKind.WHEN:
            return _TIME.search(sentence) is not None
        case AnswerKind.WHO:
            return _NAME.search(sentence) is not None
        case AnswerKind.WHERE:
            return _PLACE.search(sentence) is not None
        case _:
            return False

"""Read from a question when the articles that answer it were published.

Only what says so: "letzte Woche", "im Mai 2024", "since 2020", "hier". A bare year or month is a
word like any other ("Bundestagswahl 2021"), and "seit der Wahl" names no date. What was read is a
filter that the reader sees and can remove, and is left out of the words to search for.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from search.asking.calendar_words import MONTH_NUMBERS, SEASONS, WEEKDAY_NUMBERS

_MONTH = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))
_WEEKDAY = "|".join(WEEKDAY_NUMBERS)
_SEASON = "|".join(SEASONS)
_YEAR = r"(?:1[6-9]|20)\d\d"
_UNIT = (
    r"tag(?:en?)?|woche[n]?|monat(?:en?)?|jahr(?:en?)?|days?|weeks?|months?|years?"
    r"|jours?|semaines?|mois|ans?|années?|días?|semanas?|mes(?:es)?|años?"
)
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "ein einem einer einen one un une una a",
            "zwei two deux dos",
            "drei three trois tres",
            "vier four quatre cuatro",
            "fünf five cinq cinco",
            "sechs six seis",
            "sieben seven sept siete",
            "acht eight huit ocho",
            "neun nine neuf nueve",
            "zehn ten dix diez",
        ),
        start=1,
    )
    for word in words.split()
}
_COUNT = rf"\d{{1,3}}|{'|'.join(_NUMBERS)}"

LATEST = re.compile(
    r"(?<!\w)(?:zuletzt|neueste[rsn]?|jüngste[rsn]?|aktuell(?:e[rsnm]?)?|derzeit|momentan"
    r"|latest|most recent(?:ly)?|newest|currently|right now|last time"
    r"|dernière fois|récemment|dernières nouvelles|actuellement"
    r"|última vez|recientemente|últimas noticias|actualmente)(?!\w)",
    re.IGNORECASE,
)
"""Asks for the newest, without saying since when."""


NO_DATE = re.compile(
    r"(?<!\w)(?:seit|since|depuis|desde|nach|after|après)\s+"
    r"(?:der|dem|den|the|la|le|les|el|los)\s+(?!jahr|year)[^\W\d_]{4,}",
    re.IGNORECASE,
)
"""A period that begins with an event."""


@dataclass(frozen=True, slots=True)
class QuestionTime:
    """Dates read from `question[start:end]`: days from `first` to `last`, inclusive, or open."""

    start: int
    end: int
    first: date | None
    last: date | None


_Days = tuple[date | None, date | None]
_Reading = Callable[["re.Match[str]", date], _Days]


def read_time(question: str, today: date) -> QuestionTime | None:
    """Return the period that a question names, or None. The first of several decides.

    `today` is the day of the question, in the reader's time zone.
    """
    rules = (*_RULES, _FRENCH_HIER) if _FRENCH.search(question) else _RULES
    read = []
    for order, (pattern, reading) in enumerate(rules):
        for match in pattern.finditer(question):
            try:
                first, last = reading(match, today)
            except (ValueError, OverflowError):
                continue  # a day that no calendar has is not a date
            read.append((match.start(), order, match.end(), first, last))
    if not read:
        return None
    start, _, end, first, last = min(read, key=lambda one: one[:2])
    return QuestionTime(start, end, first, last)


def _day(match: "re.Match[str]", today: date) -> _Days:
    named = match["name"].casefold()
    back = 2 if named in _TWO_DAYS_AGO else 0 if named in _TODAY else 1
    day = today - timedelta(days=back)
    return day, day


_TODAY = frozenset(["heute", "today", "tonight", "aujourd'hui", "aujourd’hui", "hoy", "oggi"])
_TWO_DAYS_AGO = frozenset(["vorgestern", "avant-hier", "anteayer"])


def _whole(match: "re.Match[str]", today: date) -> _Days:
    """This or the last week, month or year."""
    is_this = match["this"] is not None
    unit = match["unit"].casefold()
    return _calendar_unit(unit, today, 0 if is_this else 1)


def _calendar_unit(unit: str, today: date, back: int) -> _Days:
    if unit.startswith(("woche", "week", "semaine", "semana")):
        first = today - timedelta(days=today.weekday() + 7 * back)
        return first, min(today, first + timedelta(days=6))
    if unit.startswith(("monat", "month", "mois", "mes")):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        return _clipped(_month(year, month + 1), today)
    return _clipped(_year(today.year - back), today)


def _clipped(days: tuple[date, date], today: date) -> _Days:
    return days[0], min(days[1], today)


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _last_units(match: "re.Match[str]", today: date) -> _Days:
    count, unit = _number(match["count"]), match["unit"].casefold()
    if unit.startswith(("tag", "day", "jour", "día")):
        return today - timedelta(days=count), today
    if unit.startswith(("woche", "week", "semaine", "semana")):
        return today - timedelta(weeks=count), today
    months = count if unit.startswith(("monat", "month", "mois", "mes")) else 12 * count
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1])), today


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text.casefold()]


def _named_month(match: "re.Match[str]", today: date) -> _Days:
    month = MONTH_NUMBERS[match["month"].casefold()]
    if match["year"]:
        year = int(match["year"])
    else:
        year = today.year if month <= today.month else today.year - 1
    day = match["day"]
    if day is not None:
        return date(year, month, int(day)), date(year, month, int(day))
    return _month(year, month)


def _written_day(match: "re.Match[str]", _: date) -> _Days:
    if match["iso"]:
        day = date.fromisoformat(match["iso"])
    else:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    return day, day


def _season(match: "re.Match[str]", _: date) -> _Days:
    first = SEASONS[match["season"].casefold()]
    year, month = divmod(int(match["year"]) * 12 + first - 1 + 2, 12)
    return date(int(match["year"]), first, 1), _month(year, month + 1)[1]


def _in_year(match: "re.Match[str]", _: date) -> _Days:
    return _year(int(match["year"]))


def _weekday(match: "re.Match[str]", today: date) -> _Days:
    back = (today.weekday() - WEEKDAY_NUMBERS[match["weekday"].casefold()]) % 7 or 7
    day = today - timedelta(days=back)
    return day, day


def _since(match: "re.Match[str]", today: date) -> _Days:
    return _point(match, today)[0], None


def _until(match: "re.Match[str]", today: date) -> _Days:
    return None, _point(match, today)[1]


def _before(match: "re.Match[str]", today: date) -> _Days:
    return None, _point(match, today)[0] - timedelta(days=1)


def _after(match: "re.Match[str]", today: date) -> _Days:
    return _point(match, today)[1] + timedelta(days=1), None


def _point(match: "re.Match[str]", _: date) -> tuple[date, date]:
    year = int(match["year"])
    if match["month"]:
        return _month(year, MONTH_NUMBERS[match["month"].casefold()])
    return _year(year)


def _between(match: "re.Match[str]", _: date) -> _Days:
    first, last = int(match["first"]), int(match["last"])
    if last < first:
        raise ValueError("the range ends before it begins")
    return date(first, 1, 1), date(last, 12, 31)


_POINT = rf"(?:(?P<month>{_MONTH})\s+(?:de\s+|of\s+)?)?(?P<year>{_YEAR})"


def _rule(pattern: str, reading: _Reading) -> tuple["re.Pattern[str]", _Reading]:
    return re.compile(rf"(?<![\w.]){pattern}(?!\w)", re.IGNORECASE), reading


_RULES: tuple[tuple["re.Pattern[str]", _Reading], ...] = (
    _rule(
        rf"(?:zwischen|between|entre)\s+(?P<first>{_YEAR})\s+(?:und|and|et|y)\s+(?P<last>{_YEAR})",
        _between,
    ),
    _rule(
        rf"(?:von|from|de|desde)\s+(?P<first>{_YEAR})\s+(?:bis|to|until|à|a|hasta)\s+(?P<last>{_YEAR})",
        _between,
    ),
    _rule(rf"(?:seit|since|depuis|desde)\s+(?:dem jahr\s+)?{_POINT}", _since),
    _rule(rf"(?:bis|until|jusqu['’]en|hasta)\s+(?:ende\s+)?{_POINT}", _until),
    _rule(rf"(?:vor|before|avant|antes de)\s+(?:dem jahr\s+)?{_POINT}", _before),
    _rule(rf"(?:nach|after|après|después de)\s+(?:dem jahr\s+)?{_POINT}", _after),
    _rule(
        r"(?:am\s+|on\s+|le\s+|el\s+)?(?:(?P<iso>\d{4}-\d\d-\d\d)"
        r"|(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:1[6-9]|20)\d\d))",
        _written_day,
    ),
    _rule(
        rf"(?:am|on|le|el)\s+(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er)?\s+(?:of\s+|de\s+)?"
        rf"(?P<month>{_MONTH})(?:\s+(?:de\s+|of\s+)?(?P<year>{_YEAR}))?",
        _named_month,
    ),
    _rule(
        rf"on\s+(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>{_YEAR}))?",
        _named_month,
    ),
    _rule(
        rf"(?:im|in|en|au mois de|en el mes de)\s+(?P<day>(?!))?(?P<month>{_MONTH})"
        rf"(?:\s+(?:de\s+|of\s+)?(?P<year>{_YEAR}))?",
        _named_month,
    ),
    _rule(
        rf"(?:im|in|en|à l['’]|au)\s*(?:the\s+|el\s+|la\s+)?(?P<season>{_SEASON})\s+"
        rf"(?:de\s+|of\s+)?(?P<year>{_YEAR})",
        _season,
    ),
    _rule(rf"(?:im jahre?|in|in the year|en|en l['’]an|en el año)\s+(?P<year>{_YEAR})", _in_year),
    _rule(
        r"(?:(?P<this>diese[rnms]?|this|cette|ce|esta|este)|(?:im\s+|in der\s+)?(?:letzte[rnms]?"
        r"|vergangene[rnms]?|vorige[rnms]?|last))\s+"
        r"(?P<unit>woche|monats?|jahre?s?|week|month|year|semaine|mois|année|semana|mes|año)",
        _whole,
    ),
    _rule(
        r"(?P<this>(?!))?(?:la|le|l['’]|el)\s*(?P<unit>semaine|mois|année|semana|mes|año)\s+"
        r"(?:derni(?:er|ère)|passée?|pasad[oa])",
        _whole,
    ),
    _rule(
        rf"(?:in den |in the |over the |während der |au cours des |ces |en los |en las )?"
        rf"(?:letzten|vergangenen|last|past|derniers|dernières|últimos|últimas)\s+"
        rf"(?P<count>{_COUNT})\s+(?P<unit>{_UNIT})",
        _last_units,
    ),
    _rule(
        rf"(?:ces|les)\s+(?P<count>{_COUNT})\s+derni(?:er|ère)s\s+(?P<unit>{_UNIT})", _last_units
    ),
    _rule(
        rf"(?:am|letzten|vergangenen|last|on|lundi|le|el(?: pasado)?)\s+(?P<weekday>{_WEEKDAY})"
        r"(?:\s+(?:dernier|pasado))?",
        _weekday,
    ),
    _rule(
        r"(?P<name>vorgestern|gestern|heute|yesterday|today|tonight|avant-hier|aujourd['’]hui"
        r"|anteayer|ayer|hoy|ieri|oggi)(?:\s+(?:abend|morgen|nacht|früh|soir|matin|por la noche))?",
        _day,
    ),
)
"""In a question where several begin at one place, the first rule decides."""

_FRENCH = re.compile(
    r"(?<!\w)(?:le|la|les|des|du|qui|que|quoi|quel(?:le)?s?|où|quand|est|une?|pourquoi)(?!\w)"
    r"|(?<!\w)(?:qu|l|d|s|c)['’]|-t-il",
    re.IGNORECASE,
)
_FRENCH_HIER = _rule(r"(?P<name>hier)(?:\s+(?:soir|matin))?", _day)
"""German has the word too, where it means "here"."""

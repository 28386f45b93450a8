"""The words of a text for comparison one by one: their forms, and which of them state facts.

Facts are numbers, days and months, and possible names. Forms are case-folded; a number has one form
however it is written (1,200 and 1.200, 8.00 and 8, drei and 3), so that editing does not change the
fact.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from index.analysis.stopwords import stop_words_for
from index.dates.names import calendar_words
from index.groups.fingerprints import UNSPACED


class Kind(IntEnum):
    """What a word may state. INITIAL: its capital may be due to its position only."""

    FUNCTION = 0
    PLAIN = 1
    NUMBER = 2
    DATE = 3
    NAME = 4
    INITIAL = 5
    UNCASED = 6


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a text in order, with the form and kind of each."""

    forms: tuple[str, ...]
    kinds: tuple[Kind, ...]


_TOKEN = re.compile(
    r"(?P<thousands>\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?!\w))"
    r"|(?P<parts>\d+(?:[.,:]\d+)+(?!\w))"
    rf"|(?P<word>[{UNSPACED}]|[^\W_{UNSPACED}]+)"
    r"|(?P<end>[.!?:…\n])"
)
_SEPARATORS = re.compile(r"\D")
_NOTHING_BEHIND = re.compile(r"(?:\.0+)+$")

# The word for one has no number, as it is an article too.
_COUNTS = {
    word: str(number)
    for line in (
        "null _ zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "zero _ two three four five six seven eight nine ten eleven twelve",
        "zéro _ deux trois quatre cinq six sept huit neuf dix onze douze",
        "cero _ dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "zero _ due tre quattro cinque sei sette otto nove dieci undici dodici",
        "nul _ twee drie vier vijf zes zeven acht negen tien elf twaalf",
    )
    for number, word in enumerate(line.split())
    if word != "_"
}
_LONG_DAY = 5
"""The least letters of a day's name that may begin a longer word, as in Montagmorgen."""

_NO_MONTHS = frozenset({"may", "march"})
"""In lower case, these are English verbs."""


def wording(text: str, language: str) -> Wording:
    """The words of a text in a language (BCP 47)."""
    found = list(_words(text, _vocabulary(language)))
    names = {form for form, kind in found if kind is Kind.NAME}
    return Wording(
        tuple(form for form, _ in found),
        tuple(
            Kind.NAME if kind is Kind.INITIAL and form in names else kind for form, kind in found
        ),
    )


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The known words of a language. `long_days` may begin longer words."""

    stop_words: frozenset[str]
    dates: frozenset[str]
    long_days: tuple[str, ...]


@cache
def _vocabulary(language: str) -> _Vocabulary:
    days, months = calendar_words(language)
    long_days = tuple(day for day in days if len(day) >= _LONG_DAY)
    return _Vocabulary(stop_words_for(language), days | months, long_days)


def _words(text: str, vocabulary: _Vocabulary) -> Iterator[tuple[str, Kind]]:
    is_initial = True
    for match in _TOKEN.finditer(text):
        token, group = match[0], match.lastgroup
        if group == "end":
            is_initial = True
            continue
        if group == "word":
            yield _word(token, vocabulary, is_initial=is_initial)
        else:
            yield _number(token, has_thousands=group == "thousands"), Kind.NUMBER
        is_initial = False


def _number(token: str, *, has_thousands: bool) -> str:
    parted = _SEPARATORS.sub("" if has_thousands else ".", token)
    return _NOTHING_BEHIND.sub("", parted)


def _word(token: str, vocabulary: _Vocabulary, *, is_initial: bool) -> tuple[str, Kind]:
    form = token.casefold()
    if form in _COUNTS:
        return _COUNTS[form], Kind.NUMBER
    if any(map(str.isdigit, form)):
        return form, Kind.NUMBER
    is_small = token[0] == token[0].lower()
    if form in vocabulary.stop_words:
        kind = Kind.FUNCTION
    elif form in vocabulary.dates or form.startswith(vocabulary.long_days):
        kind = Kind.PLAIN if is_small and form in _NO_MONTHS else Kind.DATE
    elif is_small and token[0] == token[0].upper():
        kind = Kind.UNCASED
    elif is_small:
        kind = Kind.PLAIN
    else:
        kind = Kind.INITIAL if is_initial else Kind.NAME
    return form, kind

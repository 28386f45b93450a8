"""Datelines: where a report was filed, and by which agency, before its first sentence.

Precision comes first: a sentence that merely looks like a dateline must not lose its beginning. So
a place counts only in parentheses, or with an agency or a date before its dash; "Berlin – Die …"
alone stays a sentence. Written for the Latin script and the habits of German, English, French and
Spanish agencies. Offsets count code points.
"""

import functools
import re
from dataclasses import dataclass

from index.analysis.stopwords import stop_words_for
from index.records.dateline_words import (
    AGENCIES,
    CALENDAR,
    LABELS,
    PARTIES,
)

_WINDOW = 400
"""Code points examined: the dateline and most of the sentence after it."""

_BYLINE_WORDS = frozenset({"von", "by", "par", "por"})
_PLACE_ARTICLES = frozenset({"los", "las", "la", "le", "les", "el", "den", "san", "al"})

_UPPER = r"[A-ZÀ-ÖØ-ÞĀ-Ž]"
_WORD = rf"{_UPPER}(?:[^\W\d_]|['’\-])*\.?"
_PARTICLE = (
    r"(?:de|del|della|di|do|da|dos|du|des|d'|d’|la|le|les|lès|el|al|am|an|auf|bei|der|den|die|ob|"
    r"v\. ?d\.|a\. ?d\.|ob d\.|im|in|sur|sous|en|et|y|of|on|upon|the|und|and|von|zu|van)"
)
_PLACE = rf"{_WORD}(?:(?:[ ]|(?<=\.))(?:{_PARTICLE}[ ]){{0,2}}{_WORD}){{0,3}}"
_PLACES = rf"{_PLACE}(?:(?:, |/){_PLACE}){{0,2}}"
_MONTH = (
    r"(?:Jan(?:uar|uary|vier)?|Jänner|enero|ene|Feb(?:ruar|ruary|rero)?|févr(?:ier)?|fév|März|"
    r"Mar(?:ch|s|zo)?|Mrz|Apr(?:il)?|avr(?:il)?|abr(?:il)?|Ma[iy](?:o)?|Jun[ie]?|junio|juin|"
    r"Jul[iy]?|julio|juil(?:let)?|Aug(?:ust)?|août|ago(?:sto)?|Sept?(?:ember|embre|iembre)?|"
    r"Okt(?:ober)?|Oct(?:ober|obre|ubre)?|Nov(?:ember|embre|iembre)?|De[zc](?:ember)?|"
    r"déc(?:embre)?|dic(?:iembre)?)\.?"
)
_DATE = (
    rf"(?:(?:(?:\d{{1,2}}(?:\.|er|º|st|nd|rd|th)?[ ](?:de[ ])?{_MONTH}"
    rf"|{_MONTH}[ ]\d{{1,2}}(?:st|nd|rd|th)?)(?:(?:,|[ ]de[l]?)?[ ]\d{{4}})?)"
    r"|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?)"
)
_CREDIT = r"\((?P<credit>[^()\n]{2,60})\)"
_DASH = r"(?:\.?\s*(?:--|[-–—―])\s*)"
_BEGINNING = r"(?=[\"'„“”«»‹›‚‘’¿¡\[]?\s?(?:[A-ZÀ-ÖØ-ÞĀ-Ž]|\d))"
"""The start of a sentence; an apposition after a dash starts in lower case."""

_PLACE_CREDIT = re.compile(
    rf"(?P<place>{_PLACES}(?: \({_WORD}\))?)(?:,?[ ](?i:{_DATE}))?,?[ ]{_CREDIT}"
    rf"(?P<end>{_DASH}|[.:]\s+|\s+){_BEGINNING}"
)
_PLACE_DATE = re.compile(rf"(?P<place>{_PLACES}),[ ](?i:{_DATE})\s*{_DASH}{_BEGINNING}")
_CREDIT_PLACE = re.compile(rf"{_CREDIT}\s+(?P<place>{_PLACES}){_DASH}{_BEGINNING}")
_CREDIT_ONLY = re.compile(rf"{_CREDIT}(?P<end>{_DASH}|\s+){_BEGINNING}")
_CREDIT_PARTS = re.compile(r"\s*(?:[/,;+&]|\s(?:und|and|et|y|mit|with)\s)\s*")
_INITIALS = re.compile(r"[A-ZÄÖÜ]{2,5}")
_NAME = re.compile(rf"{_UPPER}[^\W\d_]{{2,14}}")
_PARTNER = re.compile(r"[^\W\d_][\w .\-]{0,24}")
_WITH = re.compile(r"^(?:avec|con|mit|with|nach|via)\s+")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
_INNER_DASH = re.compile(r"\s(?:--|[-–—])\s")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LOWER_IN_NAMES = frozenset({"de", "del", "du", "of", "am", "an", "der", "sur"})
_PLACES_ONLY = re.compile(rf"{_PLACES}(?: \({_WORD}\))?")
_HARD_BLANK = re.compile(r"[\xa0\u2007\u202f]")


@dataclass(frozen=True, slots=True)
class Dateline:
    """What precedes `text[body_start:]`; empty and 0 if there is no dateline."""

    place: str | None = None
    agency: str | None = None
    body_start: int = 0


def split_dateline(text: str) -> Dateline:
    """Find a dateline at the very beginning of a text."""
    head = _HARD_BLANK.sub(" ", text[:_WINDOW])
    if head.startswith("("):
        return _credit_first(head)
    return _place_and_credit(head) or _place_and_date(head) or Dateline()


def _place_and_credit(head: str) -> Dateline | None:
    """`BERLIN (dpa) – `, `PARIS, 3 juin (AFP) — `, `Sarelle (VPA) - `."""
    match = _PLACE_CREDIT.match(head)
    if match is None or not _is_place(match["place"], is_credited=True):
        return None
    credit = _WITH.sub("", match["credit"].strip())
    has_dash = match["end"].strip(" \n.:") != ""
    if _is_known(credit) or (has_dash and _is_name(credit) and not _is_apposition(match)):
        return Dateline(_cased(match["place"]), credit, match.end())
    return None


def _is_apposition(match: re.Match[str]) -> bool:
    """Whether a second dash closes what this one opens: `Anna Muster (Rat) – Ärztin – spricht.`"""
    sentence = _SENTENCE_END.split(match.string[match.end() :], maxsplit=1)[0]
    return len(_INNER_DASH.findall(sentence)) % 2 == 1


def _place_and_date(head: str) -> Dateline | None:
    """`PARIS, 3 juin — `."""
    match = _PLACE_DATE.match(head)
    if match is None or not _is_place(match["place"], is_credited=True):
        return None
    return Dateline(_cased(match["place"]), None, match.end())


def _credit_first(head: str) -> Dateline:
    """`(Seoul) `, `(dpa) - `, `(Seoul/AFP) `, `(dpa/Reuters) Berlin - `."""
    match = _CREDIT_PLACE.match(head)
    if match and _is_agency(match["credit"]) and _is_place(match["place"], is_credited=True):
        return Dateline(_cased(match["place"]), match["credit"].strip(), match.end())
    match = _CREDIT_ONLY.match(head)
    if match is None:
        return Dateline()
    credit, has_dash = match["credit"].strip(), not match["end"].isspace()
    place, mark, agency = _last_part(credit)
    if mark and _is_known(agency) and _is_place(place, is_credited=True) and not _is_known(place):
        return Dateline(_cased(place), agency, match.end())
    # Initials without a dash after them are too weak: "(EU) Der Rat …".
    if _is_known(credit) or (has_dash and _is_agency(credit)):
        return Dateline(None, credit, match.end())
    if _is_place(credit, is_credited=False):
        return Dateline(_cased(credit), None, match.end())
    return Dateline()


def _last_part(credit: str) -> tuple[str, str, str]:
    """`Seoul/AFP` as `Seoul`, `/`, `AFP`; the separator is empty if there is only one part."""
    before, mark, last = max(
        (credit.rpartition(mark) for mark in "/,;"), key=lambda parts: len(parts[0])
    )
    return before.strip(), mark, last.strip()


def _is_place(text: str, *, is_credited: bool) -> bool:
    """Whether this can be a place; `is_credited` if an agency or a date is next to it."""
    if not _PLACES_ONLY.fullmatch(text):
        return False
    words = [word.casefold() for word in _LETTERS.findall(text)]
    if not words or words[0] in _BYLINE_WORDS or LABELS.intersection(words):
        return False
    if words[0] in _function_words() and (len(words) == 1 or words[0] not in _PLACE_ARTICLES):
        return False
    return is_credited or not (_INITIALS.fullmatch(text) or text.casefold() in CALENDAR)


def _is_known(credit: str) -> bool:
    """Whether a credit contains a known agency: `dpa`, `dpa/lhe`, `Reuters und AFP`."""
    parts = _CREDIT_PARTS.split(credit.strip())
    names = {"-".join(part.casefold().split()) for part in parts}
    # Next to a known agency, others are partners or regional desks of one word.
    return bool(names & AGENCIES) and all(len(part.split()) <= 3 for part in parts)


def _is_agency(credit: str) -> bool:
    """Whether a credit is a known agency, or initials that could be an agency (`VPA`)."""
    return _is_known(credit) or all(
        _INITIALS.fullmatch(part) is not None and part.casefold() not in PARTIES
        for part in _CREDIT_PARTS.split(credit.strip())
    )


def _is_name(credit: str) -> bool:
    """Whether a credit could be an unknown agency: `VPA`, `VPA/kb`, `Orbis / El Faro`."""
    first, *others = _CREDIT_PARTS.split(credit)
    word = first.casefold()
    return (
        (_INITIALS.fullmatch(first) or _NAME.fullmatch(first)) is not None
        and word not in LABELS | PARTIES | CALENDAR | _function_words()
        and all(_PARTNER.fullmatch(other) for other in others)
    )


def _cased(place: str) -> str:
    """`NEW YORK` becomes `New York`, so that each place has one facet.

    `USA` and `Seoul` are unchanged.
    """
    if len(place) <= 3 or not place.isupper():
        return place
    return re.sub(r"[^\W\d_]+", _cased_word, place)


def _cased_word(word: re.Match[str]) -> str:
    lower = word[0].lower()
    return lower if word.start() and lower in _LOWER_IN_NAMES else lower.capitalize()


@functools.cache
def _function_words() -> frozenset[str]:
    return frozenset().union(*(stop_words_for(language) for language in ("de", "en", "fr", "es")))

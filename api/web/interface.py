"""The page's own words in the reader's language: message tables, numbers, dates, language names.

One JSON table per language, all with the same keys (a test checks that), and one that translates
the engine's messages, which are English. Nothing here reads a clock or the machine's locale.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources

from markupsafe import Markup, escape

from index.domain import UNKNOWN_LANGUAGE, DatePrecision, NewsDate
from index.text.messages import translated

DEFAULT = "en"
LANGUAGES = ("en", "de")

_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Interface:
    """One language of the page. `messages` may contain `{name}`, and `…one`/`…other` for counts."""

    language: str
    messages: Mapping[str, str]
    sentences: Mapping[str, str]
    """The engine's messages by their English template (`index.text.messages`)."""

    def text(self, key: str, **values: object) -> str:
        """Return a message. Raises KeyError if it is missing."""
        return self.messages[key].format(**values)

    def counted(self, key: str, number: int, **values: object) -> str:
        """Return a message that depends on a number, which may appear in it as `{n}`."""
        form = "one" if number == 1 else "other"
        return self.text(f"{key}.{form}", n=self.number(number), **values)

    def said(self, sentence: str) -> Markup:
        """Return a sentence of the engine; one without a translation is marked as English."""
        known = translated(sentence, self.sentences)
        if known is not None:
            return escape(known)
        language = "" if self.language == DEFAULT else Markup(' lang="{}"').format(DEFAULT)
        return Markup("<span{}>{}</span>").format(language, sentence)

    def number(self, value: int) -> str:
        """Format a whole number in groups of three."""
        return f"{value:,}".replace(",", self.messages["number.group"])

    def decimal(self, value: float, digits: int = 2) -> str:
        """Format a number with a fixed number of decimals."""
        return f"{value:.{digits}f}".replace(".", self.messages["number.point"])

    def size(self, size_bytes: int) -> str:
        """Format a size on disk."""
        amount = float(size_bytes)
        for unit in ("B", "kB", "MB", "GB"):
            if amount < 1000 or unit == "GB":
                break
            amount /= 1000
        return f"{self.decimal(amount, 0 if unit == 'B' or amount >= 100 else 1)} {unit}"

    def language_name(self, code: str) -> str:
        """Return the name of a language, or its code if the table has none."""
        return self.messages.get(f"language.{code}", code)

    def date(self, date: NewsDate) -> str:
        """Format a date as precisely as given, in its own zone, which is shown."""
        if date.precision is DatePrecision.YEAR:
            return date.value[:4]
        if date.precision is DatePrecision.MONTH:
            return self.month(int(date.value[:4]), int(date.value[5:7]))
        moment = datetime.fromisoformat(date.value)
        day = self.day(moment)
        if date.precision is DatePrecision.DAY:
            return day
        clock = self.text("date.time", day=day, time=f"{moment:%H:%M}")
        return f"{clock} {_zone_name(moment.utcoffset())}".strip()

    def day(self, moment: datetime) -> str:
        """Format a day with the name of its month."""
        month = self.messages[f"month.{moment.month}"]
        return self.text("date.day", day=moment.day, month=month, year=moment.year)

    def month(self, year: int, month: int) -> str:
        """Format a month by its name."""
        return self.text("date.month", month=self.messages[f"month.{month}"], year=year)


def _zone_name(offset: timedelta | None) -> str:
    if offset is None:
        return ""
    minutes = round(offset.total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02d}" if rest else "")


@functools.cache
def interface(language: str) -> Interface:
    """Return the page in one of `LANGUAGES`."""
    sentences = {} if language == DEFAULT else _table(f"sentences_{language}")
    return Interface(language, _table(language), sentences)


def _table(name: str) -> dict[str, str]:
    file = resources.files("api.web").joinpath("messages", f"{name}.json")
    table: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return table


def preferred(accept_language: str) -> str:
    """Return the one of `LANGUAGES` that an Accept-Language header (RFC 9110) prefers."""
    best, best_quality = DEFAULT, 0.0
    for part in accept_language.split(","):
        tag, _, parameter = part.partition(";")
        language = tag.strip().split("-")[0].lower()
        quality = _quality(parameter)
        if language in LANGUAGES and quality > best_quality:
            best, best_quality = language, quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0


def direction(language: str) -> str:
    """Return the `dir` of a text: by its language, or by its first letter if that is unknown."""
    if language == UNKNOWN_LANGUAGE:
        return "auto"
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"

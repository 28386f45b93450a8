"""Dates in the names of files: `Lokales_2024-06-18.txt`, `2024/06/18/001.txt`."""

import re
from dataclasses import dataclass
from datetime import datetime

from index.errors import SettingsError

_DIGITS = {"Y": r"\d{4}", "y": r"\d{2}", "m": r"\d{1,2}", "d": r"\d{1,2}", "j": r"\d{3}",
           "H": r"\d{1,2}", "M": r"\d{2}", "S": r"\d{2}"}  # fmt: skip
_DIRECTIVE = re.compile(r"%(.)")
_ADVICE = "write it as strptime does, with %Y or %y, %m, %d or %j, %H, %M, %S: %Y-%m-%d"


@dataclass(frozen=True, slots=True)
class DateInName:
    """A date written like `form`, in the notation of `strptime`, somewhere in a path.

    Raises SettingsError for a form that has no year, or a day without its month.
    """

    form: str

    def __post_init__(self) -> None:
        """Check the form."""
        used = set(_DIRECTIVE.findall(self.form))
        unknown = used - set(_DIGITS) - {"%"}
        has_day = {"m", "d"} <= used or "j" in used
        is_whole = ("d" not in used or "m" in used) and (has_day or not used & {"H", "M", "S"})
        if unknown or not used & {"Y", "y"} or not is_whole:
            raise SettingsError(f"{self.form!r} is no form of a date; {_ADVICE}")

    def find(self, path: str) -> str | None:
        """The last such date in a path, as ISO 8601 with the precision that the form has."""
        for match in reversed(list(self._pattern().finditer(path))):
            try:
                found = datetime.strptime(match[0], self.form)
            except ValueError:
                continue
            return found.strftime(self._precision())
        return None

    def _pattern(self) -> re.Pattern[str]:
        parts = _DIRECTIVE.split(self.form)
        written = "".join(
            re.escape(part) if number % 2 == 0 else _DIGITS.get(part, "%")
            for number, part in enumerate(parts)
        )
        return re.compile(rf"(?<!\d){written}(?!\d)")

    def _precision(self) -> str:
        used = set(_DIRECTIVE.findall(self.form))
        if "S" in used:
            return "%Y-%m-%dT%H:%M:%S"
        if used & {"H", "M"}:
            return "%Y-%m-%dT%H:%M"
        if used & {"d", "j"}:
            return "%Y-%m-%d"
        return "%Y-%m" if "m" in used else "%Y"

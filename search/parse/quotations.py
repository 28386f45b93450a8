"""Finds quotations in all European and East Asian styles.

A quotation ends at the first closing sign of the same family (`„a“`, `„a"` and `“a”` are one
family, `«a»` and `»a«` another). Several opening signs in a row (`"„a“"`) are one. A quote inside
a Hebrew abbreviation is a letter.
"""

from dataclasses import dataclass

from search.parse import characters as chars


@dataclass(frozen=True, slots=True)
class Quotation:
    """Offsets: the quoted text is `[start, end)`; the closing signs extend to `after`."""

    start: int
    end: int
    after: int


class Quotations:
    """The quotations of one text; finding all of them takes time linear in its length."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._unclosable: set[str] = set()

    def opened_at(self, at: int) -> Quotation | None:
        """The quotation that the sign at `at` opens; None if nothing closes it."""
        closers = chars.closers(self._text[at])
        start = self._skip(at + 1, closers, len(self._text))
        if start > at + 1 and not self._text[start : start + 1].strip():
            return Quotation(start, start, start)
        end = self._closing(start, at)
        if end is None:
            return Quotation(start, start, start) if start > at + 1 else None
        return Quotation(start, end, self._skip(end + 1, closers, end + start - at))

    def _skip(self, at: int, signs: str, limit: int) -> int:
        while at < min(limit, len(self._text)) and self._text[at] in signs:
            at += 1
        return at

    def _closing(self, start: int, opened: int) -> int | None:
        opener = self._text[opened]
        closers = chars.closers(opener)
        if opener in self._unclosable:
            return None
        at = start
        while at < len(self._text):
            if self._text[at] == "\\":
                at += 1
            elif self._text[at] in closers and self._closes(opener, start, at):
                return at
            at += 1
        self._unclosable.add(opener)
        return None

    def _closes(self, opener: str, start: int, at: int) -> bool:
        if opener not in chars.SINGLE_QUOTES:
            return not is_letter(self._text, at)
        behind = self._text[at + 1 : at + 2]
        is_end = not self._text[at - 1].isspace() and not (behind and chars.is_word_char(behind))
        return is_end and at > start + 1


def is_letter(text: str, at: int) -> bool:
    """Whether the quote at `at` is between two Hebrew letters, as in abbreviations."""
    return 0 < at < len(text) - 1 and all(map(chars.is_hebrew, (text[at - 1], text[at + 1])))

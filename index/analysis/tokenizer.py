"""Where words begin and end: one tokenizer for every language.

A word is a run of letters, digits and combining marks, with the few signs inside that belong to
words (`don't`, `U.S.`, `1.000`, `AT&T`, `C++`, `COVID-19`, `Bürger*innen`). Scripts without spaces
between words (Han, kana, Hangul, Thai, Lao, Khmer, Burmese) give overlapping bigrams. `split` and
`spans` agree in order and number for any string.
"""

import functools
import itertools
import re
import sys
import unicodedata

from index.analysis import shapes

_APOSTROPHES = "'’ʼ＇"
_HYPHENS = r"\-‐‑"
_NARROW_SPACES = "\u00a0\u202f\u2009"
_HEBREW = "\u05d0-\u05ea"
_GERSHAYIM = "\"״'׳"
# Written with and without a hyphen: co-operation, cooperation.
_HYPHEN_PREFIXES = ("anti", "co", "ex", "multi", "non", "post", "pre", "pro", "re", "semi")
# Soft hyphen, joiners: invisible, inside words.
_INVISIBLE = "\u00ad\u200c\u200d\u2060"
# They follow the kana to which they belong.
_HALF_WIDTH_VOICING = "\uff9e\uff9f"
_DENSE = (
    # Thai, Lao, Burmese, Khmer; not their digits.
    "\u0e00-\u0e4f\u0e5a-\u0ecf\u0eda-\u0eff\u1000-\u103f\u104a-\u108f\u109a-\u109f"
    "\u1780-\u17df\u17ea-\u17ff"
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uac00-\ud7a3\uff66-\uff9f\U00020000-\U0003ffff"
)


def _mark_ranges() -> str:
    """All combining marks as the inside of a character class; `\\w` lacks them."""
    marks = [c for c in range(0x300, 0x20000) if unicodedata.category(chr(c))[0] == "M"]
    marks += range(0xE0100, 0xE01F0)
    ranges: list[str] = []
    start = previous = marks[0]
    for code in [*marks[1:], sys.maxunicode + 2]:
        if code != previous + 1:
            ranges.append(f"{chr(start)}-{chr(previous)}")
            start = code
        previous = code
    return "".join(ranges)


@functools.cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Words; any character of a dense script; runs by script; clusters of a dense run."""
    marks = _mark_ranges() + _INVISIBLE
    run = rf"[^\W_]+(?:[{marks}]+[^\W_]*)*"
    letter = r"[^\W\d_]"
    start, end = r"(?<![^\W_])", r"(?![^\W_])"
    prefixes = "|".join(_HYPHEN_PREFIXES)
    words = "|".join(
        [
            # Most words; the rest of the alternatives is slow.
            rf"{letter}++(?:[{marks}]++[^\W_]*+)*+(?![^\s,;:!?]|:in)",
            # Bürger*innen, Lehrer:in, Schüler_innen, Wähler/-innen, Leser(innen)
            shapes.GENDERED,
            # צה״ל
            rf"[{_HEBREW}]+[{_GERSHAYIM}][{_HEBREW}]+",
            # U.S., z.B.
            rf"{start}{letter}(?:\.{letter})+{end}\.?",
            # 1.000 and 1.000,50; 3.14
            rf"(?<![^\W_]|[.,])\d{{1,3}}(?:[.,{_APOSTROPHES}{_NARROW_SPACES}]\d{{3}})+(?:[.,]\d+)?{end}(?![.,]\d)",
            rf"(?<![^\W_]|[.,])\d+[.,]\d+{end}(?![.,]\d)",
            # C++, C#, .NET, AT&T
            rf"{start}[A-Za-z](?:\+\+|#){end}",
            rf"{start}\.(?:NET|Net|net){end}",
            rf"{start}{letter}{{1,3}}&{letter}{{1,3}}{end}",
            # e-mail, G-20, COVID-19, co-operation
            rf"{start}(?:{letter}|(?i:{prefixes}))[{_HYPHENS}](?={letter}){run}(?:[{_APOSTROPHES}]{run})*",
            rf"{start}{letter}+[{_HYPHENS}]\d+{end}",
            rf"{run}(?:[{_APOSTROPHES}]{run})*",
        ]
    )
    return (
        re.compile(words),
        re.compile(f"[{_DENSE}]"),
        re.compile(rf"[{_DENSE}][{_DENSE}{marks}]*|[^{_DENSE}]+"),
        re.compile(rf".[{marks}{_HALF_WIDTH_VOICING}]*", re.DOTALL),
    )


def spans(text: str) -> list[tuple[int, int]]:
    """The code point offsets of each word, in order; bigrams overlap."""
    words, dense, _, _ = _patterns()
    if not dense.search(text):
        return [match.span() for match in words.finditer(text)]
    found: list[tuple[int, int]] = []
    for match in words.finditer(text):
        start, end = match.span()
        if dense.search(text, start, end):
            found.extend(_by_script(text, start, end))
        else:
            found.append((start, end))
    return found


def runs(text: str) -> list[str]:
    """The parts of a text that can be split into words independently, most of which recur.

    They are separated by white space, which no word spans, unless the text has narrow spaces as
    they occur inside numbers: then it is a single part.
    """
    return [text] if any(space in text for space in _NARROW_SPACES) else text.split()


def is_dense(word: str) -> bool:
    """Whether a word is in a script without spaces between words."""
    return _patterns()[1].search(word) is not None


def split(text: str) -> list[str]:
    """The words of a text, as written."""
    found: list[str] = []
    for run in runs(text):
        words = _remembered.get(run)
        found += _remember(run) if words is None else words
    return found


def _find(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


_remembered: dict[str, list[str]] = {}
_REMEMBERED_RUNS = 200_000
_LONGEST_REMEMBERED = 40


def _remember(run: str) -> list[str]:
    words = _find(run)
    if len(run) <= _LONGEST_REMEMBERED:
        if len(_remembered) >= _REMEMBERED_RUNS:
            _remembered.clear()
        _remembered[run] = words
    return words


def _by_script(text: str, start: int, end: int) -> list[tuple[int, int]]:
    _, dense, scripts, _ = _patterns()
    found: list[tuple[int, int]] = []
    for run in scripts.finditer(text, start, end):
        if dense.match(run.group()):
            found.extend(_bigrams(text, *run.span()))
        elif any(character.isalnum() for character in run.group()):
            found.append(run.span())
    return found


def _bigrams(text: str, start: int, end: int) -> list[tuple[int, int]]:
    _, _, _, clusters = _patterns()
    bounds = [match.span() for match in clusters.finditer(text, start, end)]
    if len(bounds) == 1:
        return bounds
    return [(first[0], second[1]) for first, second in itertools.pairwise(bounds)]

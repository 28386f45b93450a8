"""Transcripts: WebVTT and SubRip (SRT). A file is one article, with the time of every cue.

The libraries for these formats refuse a whole file for one damaged cue, and drop milliseconds; the
formats are small enough to be read here. Cues are joined to paragraphs, one for each turn of a
speaker; who speaks stands before it, and in its locators.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from index.errors import RecordError
from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile
from index.readers.unknown_encodings import refused
from index.text.decoding import decode

MAX_FILE_BYTES = 32 * 1024 * 1024

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
_SRT_BEGINS = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*\d+\s*\r?\n\s*\d{1,3}:\d\d:\d\d[,.]\d{1,3}\s*-->")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,200})>")
_TAG = re.compile(r"<[^<>]{0,300}>|\{\\[^{}]{0,100}\}")
_NAMED = re.compile(r"(?:>>+|[-–—])?\s*([A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){0,3})\s?:\s+(?=\S)")
_CHANGE = re.compile(r"\A(?:>>+|[-–—])\s*")
_HEADER = re.compile(r"(?i)\s*(kind|language)\s*:\s*(\S+)")
_NOT_CUES = ("NOTE", "STYLE", "REGION", "WEBVTT")
_SENTENCE_ENDS = (".", "!", "?", "…", "”", '"', "»")
_PAUSE_S = 3.0
_LONG_CHARS = 600


@dataclass(frozen=True, slots=True)
class _Cue:
    start_s: float
    end_s: float
    lines: tuple[str, ...]
    speaker: str | None
    is_turn: bool


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article. Raises RecordError if the file cannot be read."""
    notes: list[str] = []
    try:
        text = decode(source.read_all(MAX_FILE_BYTES), options.fallback_encoding, notes)
    except ValueError as error:
        raise refused(source.place, error) from error
    blocks = _BLANK_LINE.split(text.replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff\n"))
    script = _Script()
    damaged = [number for number, block in enumerate(blocks, 1) if not script.add_block(block)]
    if not script.text:
        raise RecordError(source.place, "it contains no cue with a text")
    if damaged:
        what = "1 cue has" if len(damaged) == 1 else f"{len(damaged):,} cues have"
        notes.append(f"{what} no time that can be read and was left out (the first: {damaged[0]})")
    fields = {
        "id": source.id_hint,
        "title": script.header.get("title"),
        "lang": script.header.get("language"),
        "text": script.text,
        "locators": script.locators,
    }
    yield article_or_error(fields, source.place, options, notes)


@dataclass(slots=True)
class _Script:
    """The text as its cues are added."""

    header: dict[str, str] = field(default_factory=dict)
    text: str = ""
    locators: list[dict[str, Any]] = field(default_factory=list)
    _last: _Cue | None = None
    _paragraph_start: int = 0

    def add_block(self, block: str) -> bool:
        """Add what stands between two blank lines; False if it should be a cue and is none."""
        lines = block.strip("\n").split("\n")
        if lines[0].startswith(_NOT_CUES):
            self._read_header(lines)
            return True
        at = next((n for n, line in enumerate(lines[:2]) if _TIMING.match(line)), None)
        if at is None:
            return not block.strip() or "-->" not in block
        timing = _TIMING.match(lines[at])
        assert timing is not None
        cue = _cue(timing.groups(), lines[at + 1 :])
        if cue.lines:
            self._add(cue)
        return True

    def _read_header(self, lines: list[str]) -> None:
        first = lines[0].removeprefix("WEBVTT")
        if first == lines[0]:
            return
        if title := first.strip(" \t-–"):
            self.header["title"] = title
        for line in lines[1:]:
            if match := _HEADER.match(line):
                self.header[match[1].lower()] = match[2]

    def _add(self, cue: _Cue) -> None:
        last = self._last
        lines = cue.lines
        # Rolling captions repeat the last line until it has left the screen.
        while last is not None and lines and lines[0] in last.lines:
            lines = lines[1:]
        if not lines:
            self._last = last and replace(last, end_s=cue.end_s)
            return
        is_turn = cue.is_turn and (
            last is None or cue.speaker is None or cue.speaker != last.speaker
        )
        if last is not None:
            is_new = is_turn or self._is_paragraph(last, cue)
            self.text += "\n\n" if is_new else " "
            if is_new:
                self._paragraph_start = len(self.text)
        speaker = cue.speaker or (None if last is None or is_turn else last.speaker)
        self.locators.append({"start": len(self.text), "time_s": cue.start_s, "speaker": speaker})
        said = " ".join(lines)
        is_announced = is_turn and cue.speaker is not None
        self.text += f"{cue.speaker}: {said}" if is_announced else said
        self._last = replace(cue, speaker=speaker)

    def _is_paragraph(self, last: _Cue, cue: _Cue) -> bool:
        """Whether a cue of the same speaker begins a paragraph."""
        is_pause = cue.start_s - last.end_s >= _PAUSE_S
        is_long = len(self.text) - self._paragraph_start > _LONG_CHARS
        return (is_pause or is_long) and self.text.endswith(_SENTENCE_ENDS)


def _cue(timing: tuple[str | None, ...], lines: list[str]) -> _Cue:
    """A cue of its timing and its lines; a turn begins with who speaks, or with a dash."""
    start_s, end_s = _seconds(timing[:4]), _seconds(timing[4:])
    raw = "\n".join(lines)
    voice = _VOICE.search(raw)
    shown = [" ".join(html.unescape(_TAG.sub("", line)).split()) for line in raw.split("\n")]
    shown = [line for line in shown if line]
    speaker = " ".join(html.unescape(voice[1]).split()) if voice else None
    is_turn = False
    if shown and speaker is None and (named := _NAMED.match(shown[0])):
        speaker = named[1]
        shown[0] = shown[0][named.end() :]
    elif shown and _CHANGE.match(shown[0]):
        is_turn = True
        shown[0] = _CHANGE.sub("", shown[0])
    return _Cue(start_s, end_s, tuple(shown), speaker, is_turn or speaker is not None)


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = (one or "0" for one in parts)
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + int(fraction.ljust(3, "0")) / 1000


_FIELDS = (
    ("id", "the file's name"),
    ("title", "what follows `WEBVTT` on its line; else the first sentence, for display only"),
    ("lang", "`Language:` of the header"),
    ("text", "the cues without tags, a paragraph for each turn; repeated lines once"),
    ("locators", "of each cue its time, and who speaks: `<v Name>`, or `Name:` at the beginning"),
)
WEBVTT = Format(
    name="webvtt",
    about="transcripts and subtitles in WebVTT; hits have the time code",
    suffixes=(".vtt",),
    recognised_by="`WEBVTT`",
    read_articles=read_articles,
    recognises=lambda head: head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"),
    fields=_FIELDS,
    is_one_article=True,
)
SRT = Format(
    name="srt",
    about="transcripts and subtitles in SubRip; hits have the time code",
    suffixes=(".srt",),
    recognised_by="a number and a line with two times",
    read_articles=read_articles,
    recognises=lambda head: _SRT_BEGINS.match(head) is not None,
    fields=_FIELDS,
    is_one_article=True,
)

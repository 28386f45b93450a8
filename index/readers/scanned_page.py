"""Words of a scanned page, and from them a text whose lines know where they are on the page.

A word broken at the end of a line is one word again. Blocks are paragraphs. The columns of a page
are found by the left edges of its blocks.
"""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Box = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""

_HYPHENS = ("-", "¬", "⸗", "\u00ad", "‐")


@dataclass(frozen=True, slots=True)
class ScannedWord:
    """A word as recognised; `line` and `block` count up on its page.

    `whole` is the word that it and the first part of the next line are together, and empty for the
    second part of one. None: it is no part, or nobody says so.
    """

    text: str
    line: int
    block: int
    box: Box | None = None
    confidence: float | None = None
    whole: str | None = None


@dataclass(slots=True)
class ScannedPage:
    """The words of a page in reading order. `spans` are those of each element with an id.

    `name` is the page as printed, `columns` the left edges of its columns.
    """

    name: str | None = None
    words: list[ScannedWord] = field(default_factory=list)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    blocks: list[Box] = field(default_factory=list)

    def columns(self) -> list[int]:
        """The left edges of the columns, ascending; empty if there is one column.

        Most of the text stands in blocks as wide as a column; headlines and fragments do not count.
        """
        width = _usual_width(self.blocks)
        usual = sorted(one[0] for one in self.blocks if abs(one[2] - width) <= width // 4)
        columns: list[list[int]] = []
        for left in usual:
            if columns and left - columns[-1][-1] <= width // 2:
                columns[-1].append(left)
            else:
                columns.append([left])
        edges = [int(statistics.median(column)) for column in columns]
        return edges if len(edges) > 1 else []


@dataclass(slots=True)
class ScannedText:
    """A text made of the words of pages, with a locator for each line."""

    text: str = ""
    locators: list[dict[str, Any]] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    _open: str = ""

    def add(self, page: ScannedPage, spans: Iterable[tuple[int, int]]) -> None:
        """Add runs of words of a page: `page.words[first:end]` for each."""
        edges = page.columns()
        for first, end in spans:
            previous: ScannedWord | None = None
            for line in _lines(page.words[first:end]):
                is_paragraph = previous is None or previous.block != line[0].block
                self._add_line(page, line, edges, is_paragraph=is_paragraph)
                previous = line[0]

    @property
    def confidence(self) -> float | None:
        """The mean confidence of its words; None if it is not known."""
        return round(statistics.fmean(self.confidences), 3) if self.confidences else None

    def fields(self) -> dict[str, Any]:
        """Text, locators and confidence, as fields of a record."""
        confidence = self.confidence
        metadata = {} if confidence is None else {"ocr_confidence": confidence}
        return {"text": self.text + self._open, "locators": self.locators, "metadata": metadata}

    def _add_line(
        self,
        page: ScannedPage,
        line: Sequence[ScannedWord],
        edges: Sequence[int],
        *,
        is_paragraph: bool,
    ) -> None:
        sure = [word.confidence for word in line if word.confidence is not None]
        self.confidences += sure
        words = [_shown(word) for word in line]
        joined = " ".join(word for word in words if word)
        if not joined:
            return
        if self._open:
            # The last line ended within a word, if this one goes on in lower case.
            goes_on = joined[:1].islower()
            self.text += self._open.rstrip("".join(_HYPHENS)) if goes_on else self._open
            separator = "" if goes_on else " "
            self._open = ""
        else:
            separator = "\n\n" if is_paragraph else " "
        self.text += separator if self.text else ""
        box = _around([word.box for word in line if word.box is not None])
        self.locators.append(
            {
                "start": len(self.text),
                "page": page.name,
                "column": _column(box, edges),
                "box": box,
                "confidence": round(statistics.fmean(sure), 3) if sure else None,
            }
        )
        is_broken = joined.endswith(_HYPHENS) and line[-1].whole is None and len(joined) > 1
        head, _, last = joined.rpartition(" ")
        if is_broken:
            self.text += f"{head} " if head else ""
            self._open = last
        else:
            self.text += joined


def _usual_width(blocks: Sequence[Box]) -> int:
    """The median width of blocks, weighted by their heights."""
    left = sum(block[3] for block in blocks) / 2
    for block in sorted(blocks, key=lambda block: block[2]):
        left -= block[3]
        if left <= 0:
            return block[2]
    return 0


def _lines(words: Sequence[ScannedWord]) -> Iterator[list[ScannedWord]]:
    line: list[ScannedWord] = []
    for word in words:
        if line and word.line != line[0].line:
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _shown(word: ScannedWord) -> str:
    return word.text if word.whole is None else word.whole


def _around(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    left, top = min(one[0] for one in boxes), min(one[1] for one in boxes)
    right = max(one[0] + one[2] for one in boxes)
    bottom = max(one[1] + one[3] for one in boxes)
    return left, top, right - left, bottom - top


def _column(box: Box | None, edges: Sequence[int]) -> int | None:
    """The column in which the middle of a line is."""
    if box is None or not edges:
        return None
    middle = box[0] + box[2] // 2
    return max(sum(1 for edge in edges if edge <= middle), 1)


def pixels(value: object) -> int:
    """A coordinate, which some programs write with decimals; 0 for what is none."""
    try:
        return max(0, min(int(float(str(value))), 10_000_000))
    except (ValueError, OverflowError):
        return 0


def share(value: object, of: float = 1.0) -> float | None:
    """A confidence as a share of 1; None for what is none."""
    try:
        found = float(str(value)) / of
    except ValueError:
        return None
    return found if 0 <= found <= 1 else None

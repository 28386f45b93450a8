"""The nouns of newsearch: articles, dates, chunks, encoders, candidates, statistics.

All are frozen; text is NFC; offsets count code points of `Article.text`. Nothing here reads or
writes anything.
"""

import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""`(dim,) float32`, Euclidean length 1."""

Vectors = NDArray[np.float32]
"""`(n, dim) float32`, unit rows."""

Keys = NDArray[np.int64]
"""`(n,) int64`: archive revisions, the backend-independent keys of indexed articles."""

Scores = NDArray[np.float32]
"""`(n,) float32`, finite, larger is better."""

UNKNOWN_LANGUAGE = "und"
"""BCP 47 for a language that could not be determined."""


class InferencePrecision(StrEnum):
    """The number format that a converted model computes in.

    `AUTO` is what suits the processor best.
    """

    AUTO = "auto"
    F32 = "f32"
    BF16 = "bf16"


class DatePrecision(StrEnum):
    """How precisely a date was given."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


class DateOrigin(StrEnum):
    """Where a date was found."""

    GIVEN = "given"
    META = "meta"
    URL = "url"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class NewsDate:
    """When something happened to an article, as precisely as it was given.

    `value` is ISO 8601 with the precision and the zone as given (`2024-06`,
    `2024-06-18T05:10:00+09:00`). `start_s` is its first instant in seconds since the epoch; a date
    without a zone is a wall-clock date, and its `start_s` reads the wall clock as UTC.
    `is_zone_assumed` means that the zone comes from a setting for the source.
    """

    value: str
    precision: DatePrecision
    is_zoned: bool
    start_s: int
    origin: DateOrigin = DateOrigin.GIVEN
    is_zone_assumed: bool = False


class Usage(StrEnum):
    """What a provider allows; only usable articles are ever shown."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an article is about, in a provider's scheme: `medtop:11000000`, with its name."""

    code: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class NewsFields:
    """What the news standards say about an article besides its text.

    `created` is when its first version was made, `updated` when this one was; `urgency` runs from
    1, the most urgent, to 9. `dateline` and `byline` are lines as printed.
    """

    slugline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    provider: str | None = None
    urgency: int | None = None
    subjects: tuple[Subject, ...] = ()
    created: NewsDate | None = None
    updated: NewsDate | None = None
    version: int | None = None
    embargo: NewsDate | None = None
    usage: Usage = Usage.USABLE


@dataclass(frozen=True, slots=True)
class RecordNote:
    """What was assumed or left out when a record was read; `place` is as in a RecordError."""

    place: str
    what: str


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """The file that an article's id comes from.

    `path` is absolute, with symbolic links resolved and `#` before a name inside an archive; `id`
    is the id that the file has.
    """

    path: str
    id: str


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a part of a text is in what it was read from: on a page of a scan, or in a recording.

    It holds for `text[start:]` up to the `start` of the next one. `page` is as printed, `column` is
    counted from 1; `box` is (left, top, width, height) in the pixels of the scan. `time_s` is
    counted from the beginning of the recording. `confidence` of the text recognition is in [0, 1].
    """

    start: int
    page: str | None = None
    column: int | None = None
    box: tuple[int, int, int, int] | None = None
    time_s: float | None = None
    speaker: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One news item, normalised: every string NFC, `language` a BCP 47 primary subtag.

    `date` is when it was published; `place` is where it was filed (the standards' "located").
    `body_start` is the offset in `text` after a dateline such as "(Seoul) "; what precedes it
    is searchable by word but is not embedded. A derived title (`is_title_derived`) is for display
    only and is neither indexed as a title nor embedded. `locators` are ascending by `start`; most
    articles have none. `read_from` is where it was read, as in a RecordError, and `notes` are about
    how; both are reported, not stored. `file` is set if the article has no other id than its
    file's.
    """

    id: str
    title: str
    text: str
    language: str
    date: NewsDate | None = None
    source: str | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    place: str | None = None
    agency: str | None = None
    body_start: int = 0
    is_title_derived: bool = False
    news: NewsFields = NewsFields()
    locators: tuple[Locator, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict, hash=False)
    read_from: str = field(default="", compare=False)
    notes: tuple[RecordNote, ...] = field(default=(), compare=False)
    file: ArticleFile | None = field(default=None, compare=False)

    def locator_at(self, offset: int) -> Locator | None:
        """Where the text at an offset was read from; None if that is not known."""
        following = bisect.bisect_right(self.locators, offset, key=lambda one: one.start)
        return self.locators[following - 1] if following else None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as stored in the archive: `revision` grows with every change in the archive."""

    revision: int
    content_hash: str
    ingested_at: str
    article: Article


@dataclass(frozen=True, slots=True)
class Headline:
    """What a list names of an article: enough to link to it and to decide who may see it."""

    revision: int
    id: str
    title: str
    language: str
    date: NewsDate | None
    source: str | None
    news: NewsFields


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences: `text[start:end]` of its article, the unit that is embedded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What must be equal for two vectors to be comparable.

    `revision` fingerprints the weights. `template` names how title and chunk become one text.
    `name` only says where the model was found: the same weights under another name are equal.
    """

    name: str = field(compare=False)
    revision: str
    dimension: int
    max_tokens: int
    query_prompt: str = ""
    passage_prompt: str = ""
    template: str = "title-newline-chunk/1"


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best articles by words or by meaning.

    `keys` and `scores` in parallel, score descending, then key.

    `total` counts all matches, not only those returned.
    """

    keys: Keys
    scores: Scores
    total: int


@dataclass(frozen=True, slots=True)
class LanguageWeight:
    """How much meaning counts for articles of one language, and how that was learnt.

    `semantic` lies in [0, 1]. `sampled` counts the pseudo-queries it was learnt from; 0 means that
    it was borrowed (`origin` says from where). `quality` is the measure reached at that weight, and
    `articles` the size of the language's archive at that time. One that was tuned on judgments
    (`is_tuned`) is never learnt again by itself. `prose` is the
    weight for questions and sentences, `semantic` that for keywords; None where both are the same.
    """

    semantic: float
    sampled: int
    origin: str
    quality: float | None = None
    articles: int = 0
    is_tuned: bool = False
    prose: float | None = None

    def for_shape(self, *, is_prose: bool) -> float:
        """The weight for a query of a shape."""
        return self.prose if is_prose and self.prose is not None else self.semantic


DEFAULT_WEIGHT = LanguageWeight(0.3, 0, "default")
"""Before anything is learnt, words lead, because they lose less where the encoder fails."""


@dataclass(frozen=True, slots=True)
class FoundThreshold:
    """The evidence from which articles of one language count as found (`search.ranking.evidence`).

    A question has an answer if the evidence for some article reaches `answer`; others are then
    found down to `end`. Learnt from `questions` pseudo-questions (0: borrowed or a prior, `origin`
    says which), of which it `kept` the share that the archive answers and `refused` the share whose
    answer had been left out. `articles` is the size of the language's archive at that time.
    """

    answer: float
    end: float
    questions: int
    origin: str
    kept: float | None = None
    refused: float | None = None
    articles: int = 0


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a snapshot has learnt, per language: fusion weights, and where what is found ends.

    `default` is the weight of languages not seen.
    """

    weights: Mapping[str, LanguageWeight]
    default: LanguageWeight
    thresholds: Mapping[str, FoundThreshold] = field(default_factory=dict)

    def weight(self, language: str) -> LanguageWeight:
        """The weight for articles in `language`."""
        return self.weights.get(language, self.default)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """From the plain values that `dataclasses.asdict` made of one; older ones lack some."""
        return cls(
            {key: LanguageWeight(**value) for key, value in body["weights"].items()},
            LanguageWeight(**body["default"]),
            {key: FoundThreshold(**one) for key, one in body.get("thresholds", {}).items()},
        )


@dataclass(frozen=True, slots=True)
class Approximation:
    """How a segment's vectors are searched, if not by comparing all of them.

    `codec` selects `refined` rows or more, which are then scored exactly. `recall` is the share of
    the ten nearest that this finds, measured with `queries` held-out rows of the segment.
    """

    codec: str
    refined: int
    recall: float
    queries: int


@dataclass(frozen=True, slots=True)
class SegmentApproximation:
    """One segment's approximation, and the number of chunks it searches."""

    chunks: int
    approximation: Approximation


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What `newsearch stats` shows of one snapshot.

    `approximations` are those of the segments that have one; the others are searched exactly.
    `segment_bytes` and `committed_at_s` (since the epoch) are set if known.
    """

    snapshot: str
    articles: int
    chunks: int
    deleted: int
    languages: Mapping[str, int]
    segments: int
    size_bytes: int
    archive_revision: int
    encoder: EncoderIdentity
    calibration: Calibration
    approximations: tuple[SegmentApproximation, ...] = ()
    segment_bytes: tuple[int, ...] = ()
    committed_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of long work: `done` of `total` (None while unknown) in `phase`."""

    phase: str
    done: int
    total: int | None

"""The contents of the archive and the index, as JSON."""

from dataclasses import asdict

from api.schemas.body import Body
from index.domain import IndexStats


class EncoderBody(Body):
    """The model whose vectors the index contains."""

    name: str
    revision: str
    dimension: int
    max_tokens: int


class LearntWeightBody(Body):
    """The weight of meaning for one language, and how it was learnt.

    `semantic` is for keywords; `prose`, if it differs, for questions and sentences.
    """

    semantic: float
    prose: float | None
    sampled: int
    origin: str
    quality: float | None


class ThresholdBody(Body):
    """The evidence above which articles in one language count as found, and how it was learnt.

    `kept` is the share of pseudo-queries kept when the archive has the answer, `refused` the share
    refused when the answer is left out.
    """

    answer: float
    end: float
    questions: int
    origin: str
    kept: float | None
    refused: float | None


class ApproximationBody(Body):
    """A segment whose vectors are searched approximately, by `codec`, and its measured recall.

    `recall` is the share of the ten nearest chunks found when `refined` candidates are scored
    exactly.
    """

    chunks: int
    codec: str
    refined: int
    recall: float
    queries: int


class StatsBody(Body):
    """The contents of the archive and index; `pending` changes are archived but not yet indexed.

    `approximations` has one entry for each large segment; all other chunks are searched exactly.
    """

    archived: int
    pending: int
    archive_bytes: int
    articles: int
    chunks: int
    deleted: int
    languages: dict[str, int]
    segments: int
    index_bytes: int
    snapshot: str | None
    encoder: EncoderBody | None
    weights: dict[str, LearntWeightBody]
    thresholds: dict[str, ThresholdBody]
    approximations: list[ApproximationBody]


_NOTHING_INDEXED: dict[str, object] = {
    **dict.fromkeys(("articles", "chunks", "deleted", "segments", "index_bytes"), 0),
    "languages": {},
    "weights": {},
    "thresholds": {},
    "approximations": [],
    "snapshot": None,
    "encoder": None,
}


def stats_body(
    index: IndexStats | None, *, archived: int, pending: int, archive_bytes: int
) -> StatsBody:
    """Return counts and sizes; `index` is None while nothing has been indexed."""
    archive = {"archived": archived, "pending": pending, "archive_bytes": archive_bytes}
    if index is None:
        return StatsBody.model_validate(archive | _NOTHING_INDEXED)
    return StatsBody.model_validate(
        {
            **archive,
            "articles": index.articles,
            "chunks": index.chunks,
            "deleted": index.deleted,
            "languages": dict(index.languages),
            "segments": index.segments,
            "index_bytes": index.size_bytes,
            "snapshot": index.snapshot,
            "encoder": index.encoder,
            "weights": dict(index.calibration.weights),
            "thresholds": dict(index.calibration.thresholds),
            "approximations": [
                {"chunks": one.chunks, **asdict(one.approximation)} for one in index.approximations
            ],
        }
    )

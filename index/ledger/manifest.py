"""One committed state of an index that lies on a server, and its JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from index.domain import DEFAULT_WEIGHT, Calibration, EncoderIdentity
from index.errors import IndexCorrupt
from index.segment.language_totals import LanguageTotals

FORMAT = 1


@dataclass(frozen=True, slots=True)
class ServerManifest:
    """One state of a generation: all its articles with keys up to `archive_revision` that live.

    `totals` sum the live articles of each language. `mean_lengths` are the mean weighted lengths
    that the stored impacts were made with; they stay for a generation, so that all its impacts can
    be compared.
    """

    number: int
    generation: int
    archive_revision: int
    encoder: EncoderIdentity
    analyzers: Mapping[str, str]
    totals: Mapping[str, LanguageTotals]
    mean_lengths: Mapping[str, float]
    chunks: int
    calibration: Calibration

    def to_json(self) -> str:
        """The text kept in the ledger."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False)


def empty(generation: int, encoder: EncoderIdentity) -> ServerManifest:
    """A generation before its first commit."""
    return ServerManifest(0, generation, 0, encoder, {}, {}, {}, 0, Calibration({}, DEFAULT_WEIGHT))


def parse(text: str) -> ServerManifest:
    """A manifest from its JSON. Raises IndexCorrupt."""
    try:
        body: dict[str, Any] = json.loads(text)
        if body.pop("format") != FORMAT:
            raise IndexCorrupt("the index was made by another version; run 'newsearch reindex'")
        body["encoder"] = EncoderIdentity(**body["encoder"])
        body["totals"] = {key: LanguageTotals(**value) for key, value in body["totals"].items()}
        body["calibration"] = Calibration.of(body["calibration"])
        return ServerManifest(**body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexCorrupt(
            f"the manifest in the ledger is damaged ({error}); 'newsearch reindex' rebuilds the "
            "index from the archive"
        ) from error

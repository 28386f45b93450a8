"""One committed state of an index on a server, and its JSON."""

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
    """One state of a generation: all its live articles with keys up to `archive_revision`.

    `totals` are sums over the live articles of each language. `mean_lengths` are the mean weighted
    lengths used for the stored impacts; they are fixed for a generation, so that all its impacts
    are comparable.
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
        """The text stored in the ledger."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False)


def empty(generation: int, encoder: EncoderIdentity) -> ServerManifest:
    """A generation before its first commit."""
    return ServerManifest(0, generation, 0, encoder, {}, {}, {}, 0, Calibration({}, DEFAULT_WEIGHT))


def parse(text: str) -> ServerManifest:
    """Parse a manifest's JSON. Raises IndexCorrupt."""
    try:
        body: dict[str, Any] = json.loads(text)
        if body.pop("format") != FORMAT:
            raise IndexCorrupt(
                "the index was made by another version of newsearch; run 'newsearch reindex'"
            )
        body["encoder"] = EncoderIdentity(**body["encoder"])
        body["totals"] = {key: LanguageTotals(**value) for key, value in body["totals"].items()}
        body["calibration"] = Calibration.of(body["calibration"])
        return ServerManifest(**body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexCorrupt(
            f"the manifest in the ledger is damaged ({error}); 'newsearch reindex' rebuilds the "
            "index from the archive"
        ) from error

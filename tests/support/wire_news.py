"""An agency report with two edited copies, what came of it, and something else."""

from typing import Any

SENTENCES = [
    "A freighter ran aground off Elm Ford on Monday with 4,200 tonnes of ore on board.",
    "The Harbour Authority of Port Ellery sent two tugs and closed the fairway for 36 hours.",
    "Captain Ines Marek said that the rudder had failed twice within half an hour.",
    "Divers of the Lindqvist company found a crack of seven metres below the water line.",
    "The mayor of Elm Ford called it a narrow escape and asked for a second pilot at night.",
    "Insurers put the damage at 18 million and expect the salvage to last until April.",
    "Fishermen were told to keep three miles off until the oil barriers are in place.",
]
OTHER = (
    "The chess federation has chosen Rosenholm for its congress. Delegates from 41 countries will "
    "vote on a shorter world cup. President Oduya promised a decision before the summer."
)


def record(article_id: str, text: str, date: str, **fields: Any) -> dict[str, Any]:
    return {"id": article_id, "title": f"Title {article_id}", "text": text, "lang": "en",
            "date": date, **fields}  # fmt: skip


WIRE = record("wire", " ".join(SENTENCES), "2025-03-03T08:00:00Z", source="Wire")
CUT = record(
    "cut",
    "Readers woke to sirens. " + " ".join(SENTENCES[:2] + SENTENCES[3:5]),
    "2025-03-03T15:00:00Z",
    source="Courier",
)
LATE = record("late", " ".join(SENTENCES[2:]), "2025-03-04T09:00:00Z", source="Gazette")
CHESS = record("chess", OTHER, "2025-03-03T10:00:00Z", source="Gazette")
FOLLOW = record(
    "follow",
    "Salvage of the freighter off Elm Ford has begun. Captain Ines Marek left Port Ellery with "
    "the Lindqvist divers; the Harbour Authority reopens the fairway.",
    "2025-03-09T09:00:00Z",
)
NEWS = (WIRE, CUT, LATE, CHESS, FOLLOW)

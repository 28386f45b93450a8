"""An archive of two sources, one of them for few eyes, and everything that would give it away.

The open source shares words, a story, copies, and spellings with the closed one, which also has all
of these for itself alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from wire_news import SENTENCES, record

OPEN, CLOSED = "Open Herald", "Closed Ledger"

_WHALE = [
    "A whale swam up the Tessin canal on Friday and stopped all barges for nine hours.",
    "Keeper Bodil Aaker counted 240 people on the lock when the animal turned round.",
    "Biologists of Upsand think that it followed a school of 3,000 herring.",
    "The Tessin company lost 75,000 crowns and will put up a net before the winter.",
]


def _open(article_id: str, title: str, text: str, date: str, **fields: Any) -> dict[str, Any]:
    given = {"lang": "en", "section": "Local", "authors": ["Ada Quill"], **fields}
    return {"id": article_id, "title": title, "text": text, "date": date, "source": OPEN, **given}


VISIBLE: Sequence[Mapping[str, Any]] = (
    _open(
        "o-ferry", "Night ferry returns to the harbour",
        "The night ferry left the harbour at ten. Dockers cheered when the horn sounded.",
        "2025-03-04", place="Lindenau",
    ),
    _open(
        "o-fares", "Ferry fares to rise in autumn",
        "Passengers of the ferry will pay more from October. The operator blames fuel.",
        "2025-04-10", section="Business", authors=["Ben Rask"],
    ),
    _open(
        "o-bote", "Nachtfähre kehrt in den Hafen zurück",
        "Die Nachtfähre legte um zehn Uhr im Hafen ab. Ein Jahr lang war sie fort.",
        "2025-03-05", lang="de", place="Lindenau",
    ),
    _open("o-cut", "Sirens at Elm Ford",
          "Readers woke to sirens. " + " ".join(SENTENCES[:2] + SENTENCES[3:5]),
          "2025-03-03T15:00:00Z"),
    _open("o-late", "Freighter still aground", " ".join(SENTENCES[2:]), "2025-03-04T09:00:00Z"),
    _open(
        "o-follow", "Salvage of the freighter begins",
        "Salvage of the freighter off Elm Ford has begun. Captain Ines Marek left Port Ellery with "
        "the Lindqvist divers; the Harbour Authority reopens the fairway.",
        "2025-03-09T09:00:00Z",
    ),
    _open("o-whale", "Whale in the canal", " ".join(_WHALE), "2025-05-02T12:00:00Z"),
)  # fmt: skip


def _closed(article_id: str, text: str, date: str, **fields: Any) -> dict[str, Any]:
    given = {"source": CLOSED, "section": "Sealed", "authors": ["Zedekiah Moss", "ADA QUILL"]}
    return record(article_id, text, date, **{**given, **fields})


HIDDEN: Sequence[Mapping[str, Any]] = (
    _closed(
        "h-quokka", "The mayor of Quokkaville resigned. Dockers of the ferry harbour cheered.",
        "1999-01-02", title="Quokkaville mayor resigns", place="Nimbusport", provider="Cryptwire",
        subjects=[{"code": "sealed:77", "name": "Zymurgy"}],
    ),
    _closed(
        "h-quokka-2", "Quokkaville votes again: the night ferry brought 4,711 voters home.",
        "1999-02-20", title="Quokkaville votes on zymurgy", place="Nimbusport",
    ),
    _closed(
        "h-french", "Le maire de Quokkaville quitte la mairie après une nuit de débats au conseil.",
        "1999-01-03", title="Le maire de Nimbusport démissionne", lang="fr",
    ),
    _closed(
        "h-strike-1",
        "The union of Quillon Vance shut the gates of the Zedeburg smelter on Monday. Owner Ilse "
        "Tarn of Zedeburg Metals offered 3 percent.",
        "1999-03-01T10:00:00Z", title="Smelter strike of Zedeburg begins",
    ),
    _closed(
        "h-strike-2",
        "Quillon Vance refused the 3 percent that Ilse Tarn had offered. The smelter of Zedeburg "
        "Metals stays cold.",
        "1999-03-03T10:00:00Z", title="Zedeburg smelter stays cold",
    ),
    _closed(
        "h-strike-3",
        "After a week Zedeburg Metals and Quillon Vance agreed on 5 percent; Ilse Tarn lit the "
        "smelter herself.",
        "1999-03-08T10:00:00Z", title="Zedeburg lights its smelter again",
    ),
    _closed("h-wire", " ".join(SENTENCES), "2025-03-03T08:00:00Z", title="Nimbus wire"),
    _closed("h-whale", " ".join(_WHALE[:3]), "2025-05-02T07:00:00Z", title="Nimbus whale"),
)  # fmt: skip

SECRETS = (
    "h-wire", "h-whale", "h-quokka", "h-french", "h-strike", "quokkaville", "zymurgy", "nimbus",
    "zedekiah", "zedeburg", "smelter", "sealed", "cryptwire", "closed ledger", "4,711", "1999",
    "maire", "quillon",
)  # fmt: skip
"""What stands in hidden articles only, in lower case."""

QUERIES = (
    "", "ferry", "night ferry harbour", "Nachtfähre Hafen", "freighter Elm Ford", "whale canal",
    "quokkaville", "quokkavile mayor", "quokka*", "zede?urg", "smleter~2", "mayor resigned",
    '"mayor of Quokkaville"', '"night ferry"', "ferry -quokkaville", "title:quokkaville",
    'author:"Zedekiah Moss"', 'author:"ada quill"', "place:Nimbusport", "section:Sealed",
    'source:"Closed Ledger"', 'source:"Open Herald" ferry', "lang:fr", "id:h-quokka", "id:o-ferry",
    "date:1999", "provider:Cryptwire", "subject:Zymurgy", "story:nowhere ferry", "e*", "frery",
)  # fmt: skip

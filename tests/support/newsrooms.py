"""A small newsroom for tests of the edges: a few articles, settings, a service around them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hashing_encoder import HashingEncoder

from api.service.service import Service
from api.settings.resolving import resolve
from api.settings.settings import Settings
from index.domain import Article
from index.errors import RecordError

RECORDS: Sequence[Mapping[str, Any]] = (
    {
        "id": "ferry-1",
        "title": "Night ferry returns to the harbour",
        "text": "The night ferry left the harbour at ten. It had been away for a year. "
        "Dockers cheered when the horn sounded over the water.",
        "lang": "en",
        "date": "2025-03-04",
        "source": "Port Gazette",
        "section": "Local",
        "authors": ["Ada Quill"],
        "url": "https://news.example/ferry-1",
        "desk": "harbour",
    },
    {
        "id": "ferry-2",
        "title": "Ferry fares to rise in autumn",
        "text": "Passengers of the ferry will pay more from October. The operator blames fuel.",
        "lang": "en",
        "date": "2025-04-10",
        "source": "Port Gazette",
        "section": "Business",
    },
    {
        "id": "faehre-1",
        "title": "Nachtfähre kehrt in den Hafen zurück",
        "text": "Die Nachtfähre legte um zehn Uhr im Hafen ab. Ein Jahr lang war sie fort.",
        "lang": "de",
        "date": "2025-03-05",
        "source": "Hafenbote",
        "section": "Lokales",
    },
    {
        "id": "world/bridge-1",
        "title": "Mayor opens the new bridge",
        "text": "The mayor opened the bridge on Sunday. It spans the river at Elm Ford.",
        "lang": "en",
        "date": "2025-05-01",
        "source": "Valley Post",
        "section": "World",
    },
)


def settings_in(folder: Path, **flags: object) -> Settings:
    """Settings with the data folder `folder` and nothing from the environment.

    `testserver` is how Starlette's test client calls a server.
    """
    given = {"data_dir": folder, "time_zone": "UTC", "host_names": "testserver", **flags}
    return resolve(given, environ={})


def service_in(folder: Path, **flags: object) -> Service:
    """A service with the hashing encoder."""
    return Service(settings_in(folder, **flags), encoder=HashingEncoder(), creates=True)


def write_records(path: Path, records: Sequence[Mapping[str, Any]] = RECORDS) -> Path:
    """A JSONL file of records."""
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def articles_of(service: Service, records: Sequence[Mapping[str, Any]] = RECORDS) -> list[Article]:
    """Records as articles."""
    made = [service.ingest.article_from(dict(record), "record") for record in records]
    assert not any(isinstance(article, RecordError) for article in made), made
    return [article for article in made if isinstance(article, Article)]

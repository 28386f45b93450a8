"""The examples in the OpenAPI document; a test checks them against `api.schemas`."""

from typing import Any

from fastapi.openapi.models import Example

SEARCH_REQUESTS: dict[str, Example] = {
    "question": {
        "summary": "A question in natural language",
        "value": {"q": "Wann war der russische Präsident zuletzt in Nordkorea?"},
    },
    "keywords": {
        "summary": "Words only, in German articles of June 2024",
        "value": {
            "q": '"strategische Partnerschaft" Putin',
            "mode": "keyword",
            "lang": ["de"],
            "from": "2024-06",
            "to": "2024-06",
        },
    },
}

SEARCH_ANSWER: dict[str, Any] = {
    "query": "harbour ferry",
    "read_as": "harbour ferry",
    "mode": "hybrid",
    "hits": [
        {
            "rank": 1,
            "id": "port-2025-03-04",
            "title": "Night ferry returns to the harbour",
            "title_highlights": [{"start": 6, "end": 11}, {"start": 27, "end": 34}],
            "language": "en",
            "date": "2025-03-04",
            "source": "Port Gazette",
            "section": "Local",
            "url": "https://news.example/port-2025-03-04",
            "score": 0.91,
            "found": True,
            "parts": {
                "lexical": 7.3,
                "semantic": 0.62,
                "weights": {"lexical": 0.4, "semantic": 0.6, "origin": "learnt from 300 samples"},
                "normalised": {"lexical": 1.0, "semantic": 0.85},
                "shares": {"lexical": 0.4, "semantic": 0.51},
                "rerank": None,
                "age": None,
            },
            "passages": [
                {
                    "start": 0,
                    "end": 40,
                    "text": "The night ferry left the harbour at ten.",
                    "highlights": [{"start": 10, "end": 15}, {"start": 25, "end": 32}],
                }
            ],
            "copies": [
                {
                    "id": "valley-2025-03-04",
                    "title": "Ferry is back",
                    "source": "Valley Post",
                    "date": "2025-03-04",
                    "is_original": False,
                    "is_older": False,
                }
            ],
            "copies_total": 1,
            "story": {
                "id": "k3v9x0ap",
                "title": "Night ferry returns to the harbour",
                "articles": 5,
            },
            "explanation": None,
        }
    ],
    "total": {"value": 2, "relation": "exact", "collapsed": 1},
    "took_ms": 4.2,
    "snapshot": "12",
    "cursor": None,
    "warnings": [],
    "correction": None,
    "facets": {},
    "recency": None,
}

ARTICLE: dict[str, Any] = {
    "id": "port-2025-03-04",
    "title": "Night ferry returns to the harbour",
    "text": "The night ferry left the harbour at ten. It had been away for a year.",
    "lang": "en",
    "date": "2025-03-04",
    "source": "Port Gazette",
    "section": "Local",
    "authors": ["Ada Quill"],
    "url": "https://news.example/port-2025-03-04",
}

ARTICLE_LINES = (
    '{"text": "The night ferry left the harbour at ten.", "lang": "en"}\n'
    '{"text": "Die Nachtfähre legte um zehn Uhr ab.", "lang": "de"}\n'
)

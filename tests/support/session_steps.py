"""What a session of `killed_sessions` does: random steps, each told before and after."""

import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from corpora import article
from killed_sessions import WORDS
from newsrooms import service_in

from api.service.service import Service
from index.build import pipeline
from index.errors import IndexLocked

Say = Callable[[Mapping[str, object]], None]
Changes = dict[str, str | None]


def run(folder: Path, chance: random.Random, steps: int, say: Say, sharing: str = "") -> None:
    """Take `steps` steps, or as many as there is time for.

    With `sharing`, another session writes as well: this one keeps to articles whose ids begin with
    it, makes no backups, and takes a refusal by the other's lock for an answer.
    """
    with service_in(folder) as service:
        session = Session(service, chance, say, sharing or "a")
        kinds = [kind for kind in WEIGHTS if not (sharing and kind == "backup")]
        for _ in range(steps):
            kind = chance.choices(kinds, [WEIGHTS[kind] for kind in kinds])[0]
            try:
                getattr(session, kind)()
            except IndexLocked:
                if not sharing:
                    raise
                say({"done": "refused", "changes": {}})


WEIGHTS = {
    "put": 5, "update": 3, "delete": 2, "sync": 8, "merge": 1, "reindex": 1, "backup": 1
}  # fmt: skip
"""How often each kind of step is taken."""


class Session:
    """One method for each kind of step."""

    def __init__(self, service: Service, chance: random.Random, say: Say, prefix: str) -> None:
        self._service = service
        self._chance = chance
        self._say = say
        self._prefix = prefix
        self._number = 0

    def _ids(self) -> list[str]:
        ids = (stored.article.id for stored in self._service.archive.iterate())
        return sorted(article_id for article_id in ids if article_id.startswith(self._prefix))

    def _text(self) -> str:
        words = " ".join(self._chance.choices(WORDS, k=9))
        return f"{words} {self._unique('only')}."

    def _unique(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}{self._chance.getrandbits(40):x}x{self._number}"

    def put(self) -> None:
        """New articles in one call."""
        self._put([self._unique(self._prefix) for _ in range(self._chance.randint(1, 6))])

    def update(self) -> None:
        """New texts for some articles."""
        ids = self._ids()
        self._put(self._chance.sample(ids, min(len(ids), self._chance.randint(1, 4))))

    def _put(self, ids: Sequence[str]) -> None:
        changes: Changes = {key: self._text() for key in ids}
        self._say({"begin": "put", "changes": changes})
        self._service.archive.put([article(key, str(text)) for key, text in changes.items()])
        self._say({"done": "put", "changes": changes})

    def delete(self) -> None:
        """Some articles, in one call."""
        ids = self._ids()
        gone = self._chance.sample(ids, min(len(ids), self._chance.randint(1, 3)))
        changes: Changes = dict.fromkeys(gone)
        self._say({"begin": "delete", "changes": changes})
        self._service.archive.delete(gone)
        self._say({"done": "delete", "changes": changes})

    def sync(self) -> None:
        """Index what is new, with all that follows a commit."""
        revision = self._service.archive.last_revision()
        self._say({"begin": "sync", "changes": {}})
        self._service.upkeep.sync()
        self._say({"done": "sync", "changes": {}, "revision": revision})

    def merge(self) -> None:
        """Index what is new article by article, and merge what becomes due."""
        service = self._service
        revision = service.archive.last_revision()
        self._say({"begin": "merge", "changes": {}})
        with service.upkeep.writing() as writer:
            pipeline.catch_up(service.archive, writer, service.upkeep.encoder(), batch_articles=1)
        self._say({"done": "merge", "changes": {}, "revision": revision})

    def reindex(self) -> None:
        """Rebuild the index in several commits."""
        service = self._service
        revision = service.archive.last_revision()
        self._say({"begin": "reindex", "changes": {}})
        pipeline.reindex(service.archive, service.store, service.upkeep.encoder(), batch_articles=9)
        self._say({"done": "reindex", "changes": {}, "revision": revision})

    def backup(self) -> None:
        """Back up beside the data folder, in one of the three kinds."""
        name = self._unique("backup") + self._chance.choice(["", ".tar", ".zip"])
        self._say({"begin": "backup", "changes": {}})
        self._service.maintenance.backup(self._service.settings.data_dir.parent / name)
        self._say({"done": "backup", "changes": {}, "backup": name})

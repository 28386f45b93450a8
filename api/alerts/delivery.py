"""Deliver matches by webhook: signed, retried after growing pauses, never lost.

Requests follow Standard Webhooks: `webhook-id` identifies the match (the same at every attempt, so
that a receiver can recognise a repetition), `webhook-timestamp` is the time of the attempt, and
`webhook-signature` is `v1,` with the HMAC-SHA256 of `id.timestamp.body` under the alert's secret.
"""

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from api.stores.alerts import (
    Alert,
    AlertStore,
    Delivery,
    MatchState,
)
from index.domain import StoredArticle
from index.errors import ArticleNotFound, OutboundError
from index.outbound.client import Outbound
from index.protocols import Archive
from index.visibility import is_shown

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 6 * 3600.0
MOST_ATTEMPTS = 24
"""With the pauses above, more than three days."""

SUMMARY_CHARACTERS = 300

_NO_READER = "the key that saved the alert was revoked, or may not search"


class AlertDelivery:
    """Delivers what is due."""

    def __init__(
        self,
        store: AlertStore,
        archive: Archive,
        outbound: Outbound,
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._archive = archive
        self._outbound = outbound
        self._clock = clock
        self._chance = chance

    def run(
        self,
        check: Callable[[], object] = lambda: None,
        readers: Collection[str] = (),
    ) -> int:
        """Try everything that is due once; return how many were delivered.

        `check` is called before each attempt and may raise to stop. `readers` are the ids of the
        keys whose alerts may report something.
        """
        delivered = 0
        check()
        while (delivery := self._store.claim(self._now_s())) is not None:
            if delivery.alert.may_report(readers):
                delivered += self._attempt(delivery)
            else:
                self._store.settle(delivery, MatchState.DROPPED, problem=_NO_READER)
            check()
        return delivered

    def test(self, alert: Alert) -> str | None:
        """Send a message without an article; return None if it was accepted, else why not."""
        body = {"type": "alert.test", "data": {"alert": alert_body(alert)}}
        return self._send(alert, f"test_{alert.id}_{int(self._now_s())}", body)

    def _attempt(self, delivery: Delivery) -> bool:
        try:
            stored = self._archive.get(delivery.article_id)
        except ArticleNotFound:
            self._store.settle(delivery, MatchState.DROPPED, problem="the article was deleted")
            return False
        if not is_shown(stored.article, self._now_s()):
            self._store.settle(delivery, MatchState.DROPPED, problem="the article was withdrawn")
            return False
        body = {
            "type": "article.matched",
            "timestamp": delivery.matched_at,
            "data": {"alert": alert_body(delivery.alert), "article": article_summary(stored)},
        }
        problem = self._send(delivery.alert, delivery_id(delivery), body)
        if problem is None:
            self._store.settle(delivery, MatchState.DELIVERED)
            return True
        state = MatchState.PENDING if delivery.attempts < MOST_ATTEMPTS else MatchState.FAILED
        due_at_s = self._now_s() + pause_s(delivery.attempts, self._chance())
        self._store.settle(delivery, state, due_at_s=due_at_s, problem=problem)
        return False

    def _send(self, alert: Alert, message_id: str, body: dict[str, Any]) -> str | None:
        assert alert.webhook is not None
        assert alert.secret is not None
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        timestamp = str(int(self._now_s()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(alert.secret, message_id, timestamp, content),
        }
        try:
            answer = self._outbound.fetch(
                alert.webhook, method="POST", headers=headers, content=content
            )
        except OutboundError as error:
            return str(error)
        return None if answer.is_success else f"{alert.webhook}: answered {answer.status}"

    def _now_s(self) -> float:
        return self._clock().timestamp()


def pause_s(attempts: int, chance: float) -> float:
    """Return the pause after that many attempts: doubling, ± half by `chance` in [0, 1)."""
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (attempts - 1)) * (0.5 + chance)


def delivery_id(delivery: Delivery) -> str:
    """Return an id that is the same for one article and alert at every attempt."""
    digest = hashlib.sha256(delivery.article_id.encode("utf-8", "replace")).hexdigest()
    return f"msg_{delivery.alert.id}_{digest[:32]}"


def signature(secret: str, message_id: str, timestamp: str, content: bytes) -> str:
    """Return the `webhook-signature` of Standard Webhooks."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + content
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def alert_body(alert: Alert) -> dict[str, Any]:
    """Return what a message says about its alert."""
    return {"id": alert.id, "name": alert.name, "search": dict(alert.search)}


def article_summary(stored: StoredArticle) -> dict[str, Any]:
    """Return what a message says about an article."""
    article = stored.article
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "date": article.date.value if article.date else None,
        "language": article.language,
        "summary": article.text[article.body_start :].strip()[:SUMMARY_CHARACTERS],
    }

"""API keys: made once, shown once, stored as salted hashes in the archive's database.

A key is `ns_ID_SECRET`: the id finds the row and is not secret; the secret is 256 random bits. No
one can guess those, however fast the hash, so HMAC-SHA256 protects them (NIST SP 800-63B, 5.1.2.2),
and checking a key costs too little to be worth an attack. Keys made by earlier versions are hashed
with scrypt until they are next used.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from index.archive import Database
from index.errors import KeyNotFound, SettingsError
from index.permitted_sources import PermittedSources

_MARK = "ns"
_ID_BYTES = 5
_COLUMNS = "id, name, scopes, sources, salt, hash, created_at, revoked_at, kind"


class Scope(StrEnum):
    """What a key may do; no scope includes another, so that a feed can write without reading."""

    SEARCH = "search"
    WRITE = "write"
    ADMIN = "admin"


class HashKind(StrEnum):
    """How a secret is hashed: `SCRYPT` takes about 50 ms and 32 MB."""

    SCRYPT = "scrypt"
    SHA256 = "sha256"


@dataclass(frozen=True, slots=True)
class Key:
    """One key. It may read only articles of `sources`; None: all."""

    id: str
    name: str
    scopes: frozenset[Scope]
    sources: tuple[str, ...] | None
    salt: bytes
    hash: bytes
    created_at: str
    revoked_at: str | None
    kind: HashKind = HashKind.SHA256

    @property
    def limit(self) -> PermittedSources | None:
        """The sources it is limited to; None: no limit."""
        return None if self.sources is None else PermittedSources.of(self.sources)

    def is_opened_by(self, secret: str) -> bool:
        """Return whether this is the key's secret."""
        return hmac.compare_digest(_hashed(secret, self.salt, self.kind), self.hash)


def parts(token: str) -> tuple[str, str] | None:
    """Return the id and the secret of a token; None if it is not a token."""
    mark, _, rest = token.partition("_")
    key_id, _, secret = rest.partition("_")
    return (key_id, secret) if mark == _MARK and key_id and secret else None


class KeyStore:
    """The table of keys. Every method raises ArchiveError if SQLite fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, name: str, scopes: Collection[Scope], sources: Sequence[str] = ()
    ) -> tuple[Key, str]:
        """Return a new key and its token, which is never shown again. Raises SettingsError."""
        named = tuple(normalize("NFC", source).strip() for source in sources)
        if not all(named):
            raise SettingsError(
                "the name of a source is empty; leave it out for a key to all sources"
            )
        if not scopes:
            raise SettingsError("a key needs a scope: search, write or admin")
        if sources and set(scopes) != {Scope.SEARCH}:
            raise SettingsError("a key that is limited to sources can only have the scope search")
        key_id, secret, salt = secrets.token_hex(_ID_BYTES), secrets.token_hex(32), _salt()
        key = Key(
            key_id,
            name,
            frozenset(scopes),
            named or None,
            salt,
            _hashed(secret, salt, HashKind.SHA256),
            _now(),
            None,
        )
        with self._database.transaction() as connection:
            connection.execute(
                f"INSERT INTO api_keys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)",  # noqa: S608
                (
                    key.id,
                    key.name,
                    json.dumps(sorted(key.scopes)),
                    None if key.sources is None else json.dumps(key.sources),
                    key.salt,
                    key.hash,
                    key.created_at,
                    key.kind,
                ),
            )
        return key, f"{_MARK}_{key_id}_{secret}"

    def all(self) -> list[Key]:
        """Return every key ever made, oldest first, including revoked ones."""
        with self._database.connection() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM api_keys ORDER BY created_at, id")  # noqa: S608
            return [_key(row) for row in rows]

    def rehash(self, key: Key, secret: str) -> None:
        """Store a key's secret under the present hash, once it has opened the key."""
        salt = _salt()
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE api_keys SET salt = ?, hash = ?, kind = ? WHERE id = ?",
                (salt, _hashed(secret, salt, HashKind.SHA256), HashKind.SHA256, key.id),
            )

    def revoke(self, key_id: str) -> None:
        """Revoke a key for good. Raises KeyNotFound."""
        with self._database.transaction() as connection:
            changed = connection.execute(
                "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                (_now(), key_id),
            )
            if not changed.rowcount:
                raise KeyNotFound(
                    f"there is no key {key_id!r} to revoke; 'newsearch keys list' lists them all"
                )


def _key(row: Sequence[Any]) -> Key:
    key_id, name, scopes, sources, salt, hashed, created_at, revoked_at, kind = row
    return Key(
        key_id,
        name,
        frozenset(map(Scope, json.loads(scopes))),
        None if sources is None else tuple(json.loads(sources)),
        salt,
        hashed,
        created_at,
        revoked_at,
        HashKind(kind),
    )


def slow_refusal(secret: str) -> None:
    """Take as long as checking a secret of a key with the slow hash."""
    _hashed(secret, b"no such key", HashKind.SCRYPT)


def _hashed(secret: str, salt: bytes, kind: HashKind) -> bytes:
    """Hash with HMAC-SHA256, or scrypt with OWASP's parameters (N 2^15, r 8, p 1: 32 MB)."""
    if kind is HashKind.SHA256:
        return hmac.digest(salt, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return hashlib.scrypt(
        secret.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=2**15,
        r=8,
        p=1,
        maxmem=2**26,
        dklen=32,
    )


def _salt() -> bytes:
    return secrets.token_bytes(16)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

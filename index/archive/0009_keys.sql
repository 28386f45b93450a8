-- API keys. Only a salted scrypt hash of a secret is kept; `sources` (JSON) is what a key may read,
-- NULL for everything. A revoked key stays, so that its name in a log can be looked up.
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    sources TEXT,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;

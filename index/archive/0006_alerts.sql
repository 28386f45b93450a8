-- Saved searches. `since` is the archive revision after which articles count for it.
CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    meaning REAL,
    webhook TEXT,
    secret TEXT,
    since INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    problem TEXT
) STRICT;

-- Up to which revision new articles were held against all alerts; one row at most.
CREATE TABLE alert_progress (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL
) STRICT;

-- Articles that came while they were under embargo; held against the alerts when it ends.
CREATE TABLE alert_waiting (
    revision INTEGER PRIMARY KEY
) STRICT;

-- What matched: each article once per alert, for its feed and, with a webhook, to be delivered.
-- `state` is kept, pending, delivered, dropped or failed; a pending one is due at `due_at_s`.
CREATE TABLE alert_matches (
    alert TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    article_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    matched_at TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at_s REAL NOT NULL DEFAULT 0,
    problem TEXT,
    PRIMARY KEY (alert, article_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX alert_matches_due ON alert_matches (due_at_s) WHERE state = 'pending';
CREATE INDEX alert_matches_newest ON alert_matches (alert, revision);

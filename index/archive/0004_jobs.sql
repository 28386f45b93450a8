-- Long work that a server does beside answering. `wanted` is what somebody asked of a running job;
-- `seen_at_s` (seconds since the epoch) is when its process last gave a sign of life; `checkpoint`
-- (JSON) is where it goes on after an interruption.
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    wanted TEXT NOT NULL DEFAULT '',
    phase TEXT NOT NULL DEFAULT '',
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    seen_at_s REAL NOT NULL DEFAULT 0,
    checkpoint TEXT NOT NULL DEFAULT '{}',
    result TEXT,
    problem TEXT
) STRICT;

CREATE INDEX jobs_by_state ON jobs (state, number);

-- Feeds that are fetched. `retry_at_s` (seconds since the epoch) is when a feed that failed may be
-- asked again; `claimed_until_s` keeps two processes from fetching one at the same time.
CREATE TABLE feeds (
    url TEXT PRIMARY KEY,
    source TEXT,
    takes_full_text INTEGER NOT NULL CHECK (takes_full_text IN (0, 1)),
    added_at TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    fetched_at TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    retry_at_s REAL NOT NULL DEFAULT 0,
    claimed_until_s REAL NOT NULL DEFAULT 0,
    problem TEXT,
    is_retired INTEGER NOT NULL DEFAULT 0 CHECK (is_retired IN (0, 1))
) STRICT;

-- What was taken from each feed: `digest` tells whether an entry was changed since.
CREATE TABLE feed_entries (
    feed_url TEXT NOT NULL REFERENCES feeds (url) ON DELETE CASCADE ON UPDATE CASCADE,
    guid TEXT NOT NULL,
    article_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (feed_url, guid)
) STRICT, WITHOUT ROWID;

CREATE INDEX feed_entries_by_article ON feed_entries (article_id);

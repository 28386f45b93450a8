-- The application id is "news" in ASCII: it tells an archive from other SQLite files.
PRAGMA application_id = 1852143475;

-- Every state that an article ever had. Erased rows keep their number only: what was deleted is
-- gone, and a deletion is an erased row of its own.
CREATE TABLE revisions (
    revision INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL,
    ingested_at TEXT NOT NULL,
    content_hash TEXT,
    title TEXT,
    text TEXT,
    language TEXT,
    date_value TEXT,
    date_precision TEXT,
    date_is_zoned INTEGER,
    date_start_s INTEGER,
    source TEXT,
    section TEXT,
    authors TEXT,
    url TEXT,
    place TEXT,
    agency TEXT,
    body_start INTEGER,
    is_title_derived INTEGER,
    metadata TEXT,
    CHECK ((content_hash IS NULL) = (text IS NULL)),
    CHECK ((date_value IS NULL) = (date_start_s IS NULL))
) STRICT;

CREATE INDEX revisions_by_article ON revisions (article_id, revision);

-- The newest revision of each article, deleted ones included.
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    head INTEGER NOT NULL UNIQUE REFERENCES revisions (revision),
    is_deleted INTEGER NOT NULL CHECK (is_deleted IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX articles_alive ON articles (head) WHERE is_deleted = 0;

-- The tables of index/archive/0001_articles.sql, in PostgreSQL's types.
CREATE TABLE revisions (
    revision BIGINT PRIMARY KEY,
    article_id TEXT NOT NULL,
    ingested_at TEXT NOT NULL,
    content_hash TEXT,
    title TEXT,
    text TEXT,
    language TEXT,
    date_value TEXT,
    date_precision TEXT,
    date_is_zoned SMALLINT,
    date_start_s BIGINT,
    source TEXT,
    section TEXT,
    authors TEXT,
    url TEXT,
    place TEXT,
    agency TEXT,
    body_start INTEGER,
    is_title_derived SMALLINT,
    metadata TEXT,
    CHECK ((content_hash IS NULL) = (text IS NULL)),
    CHECK ((date_value IS NULL) = (date_start_s IS NULL))
);

CREATE INDEX revisions_by_article ON revisions (article_id, revision);

-- The newest revision of each article, deleted ones included.
CREATE TABLE articles (
    id TEXT COLLATE "C" PRIMARY KEY,
    head BIGINT NOT NULL UNIQUE REFERENCES revisions (revision),
    is_deleted SMALLINT NOT NULL CHECK (is_deleted IN (0, 1))
);

CREATE INDEX articles_alive ON articles (head) WHERE is_deleted = 0;

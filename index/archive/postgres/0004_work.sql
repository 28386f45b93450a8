-- Encoding that is handed out to workers; see index/ledger/work.py.

-- Ranges of archive revisions beyond the index, each for one worker at a time.
CREATE TABLE work_ranges (
    first BIGINT PRIMARY KEY,
    last BIGINT NOT NULL,
    is_done INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    holder TEXT NOT NULL DEFAULT '',
    until_s DOUBLE PRECISION NOT NULL DEFAULT 0
);

-- What workers made of articles: the offsets of the chunks, and their vectors.
CREATE TABLE work_encoded (
    revision BIGINT PRIMARY KEY,
    encoder TEXT NOT NULL,
    spans BYTEA NOT NULL,
    vectors BYTEA NOT NULL
);

-- Encoding that is handed out to workers; see index/ledger/work.py.

-- Ranges of archive revisions beyond the index, each for one worker at a time.
CREATE TABLE work_ranges (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    is_done INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    holder TEXT NOT NULL DEFAULT '',
    until_s REAL NOT NULL DEFAULT 0
) STRICT;

-- What workers made of articles: the offsets of the chunks, and their vectors.
CREATE TABLE work_encoded (
    revision INTEGER PRIMARY KEY,
    encoder TEXT NOT NULL,
    spans BLOB NOT NULL,
    vectors BLOB NOT NULL
) STRICT;

-- Files of watched folders, as they were when they were last read: `article_ids` (JSON) came from
-- them. `size_bytes` and `modified_ns` tell whether they were changed since.
CREATE TABLE watched_files (
    path TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    article_ids TEXT NOT NULL
) STRICT, WITHOUT ROWID;

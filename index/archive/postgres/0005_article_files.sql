-- The table of index/archive/0020_article_files.sql, in PostgreSQL's types.
CREATE TABLE article_files (
    id TEXT COLLATE "C" PRIMARY KEY,
    path_key TEXT NOT NULL,
    path TEXT NOT NULL
);

CREATE INDEX article_files_by_path ON article_files (path_key);

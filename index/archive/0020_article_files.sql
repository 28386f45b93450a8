-- Which file each id belongs to that comes from a file's name; see docs/decisions/file-identity.md.
-- `path_key` is a digest of `path`, because paths are longer than some databases index.
CREATE TABLE article_files (
    id TEXT PRIMARY KEY,
    path_key TEXT NOT NULL,
    path TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX article_files_by_path ON article_files (path_key);

-- The columns of index/archive/0005_news_fields.sql, in PostgreSQL's types.
ALTER TABLE revisions ADD COLUMN usage TEXT CHECK (usage IN ('withheld', 'cancelled'));
ALTER TABLE revisions ADD COLUMN version BIGINT;
ALTER TABLE revisions ADD COLUMN updated_s BIGINT;
ALTER TABLE revisions ADD COLUMN news TEXT;

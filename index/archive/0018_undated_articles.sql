-- Whether `when_s` is the article's date: what has none belongs to no time.
ALTER TABLE group_articles ADD COLUMN is_dated INTEGER NOT NULL DEFAULT 1
    CHECK (is_dated IN (0, 1));
ALTER TABLE group_members ADD COLUMN is_dated INTEGER NOT NULL DEFAULT 1
    CHECK (is_dated IN (0, 1));

-- Texts by time, so that one that is printed every day is found in its own days.
DROP INDEX group_articles_by_text;
CREATE INDEX group_articles_by_text ON group_articles (generation, text_hash, is_dated, when_s);

-- Whether there are any.
CREATE INDEX group_articles_undated ON group_articles (generation) WHERE NOT is_dated;

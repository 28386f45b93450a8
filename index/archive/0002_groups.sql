-- Copies and stories: derived from articles and vectors, and made anew at will. A generation is one
-- run over the whole archive; a rebuild fills the next one while the current one answers.
CREATE TABLE group_generations (
    generation INTEGER PRIMARY KEY,
    recipe TEXT NOT NULL,              -- encoder and rules that it was made with
    archive_revision INTEGER NOT NULL, -- up to which it is complete
    version INTEGER NOT NULL,          -- grows with every change of members
    is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
    retired_at_s INTEGER               -- when another took its place
) STRICT;

-- What is remembered of each article, to compare later ones with.
CREATE TABLE group_articles (
    generation INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    article_id TEXT NOT NULL,
    when_s INTEGER NOT NULL,           -- its date, else when it came in
    language TEXT NOT NULL,
    text_hash INTEGER NOT NULL,
    names BLOB NOT NULL,               -- sorted uint32 hashes
    PRIMARY KEY (generation, revision)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_articles_by_id ON group_articles (generation, article_id);
CREATE INDEX group_articles_by_text ON group_articles (generation, text_hash);

-- MinHash bands; by day, so that what is new touches few pages.
CREATE TABLE group_bands (
    generation INTEGER NOT NULL,
    day INTEGER NOT NULL,
    band INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (generation, day, band, revision)
) STRICT, WITHOUT ROWID;

-- In how many articles a name occurs.
CREATE TABLE group_names (
    generation INTEGER NOT NULL,
    name INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (generation, name)
) STRICT, WITHOUT ROWID;

-- Who belongs to what, from version `since` until before `until` (NULL: still). Articles that
-- stand alone have no row. Rows that ended are kept as long as cursors may ask for them.
CREATE TABLE group_members (
    generation INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    ended_at_s INTEGER,
    when_s INTEGER NOT NULL,
    language TEXT NOT NULL,
    original INTEGER,
    story TEXT,
    PRIMARY KEY (generation, revision, since),
    CHECK (original IS NOT NULL OR story IS NOT NULL),
    CHECK ((until IS NULL) = (ended_at_s IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX group_members_by_original ON group_members (generation, original)
    WHERE original IS NOT NULL;
CREATE INDEX group_members_by_story ON group_members (generation, story) WHERE story IS NOT NULL;
CREATE INDEX group_members_ended ON group_members (ended_at_s) WHERE until IS NOT NULL;

CREATE TABLE group_stories (
    generation INTEGER NOT NULL,
    id TEXT NOT NULL,
    central INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    first_s INTEGER NOT NULL,
    last_s INTEGER NOT NULL,
    languages TEXT NOT NULL,
    PRIMARY KEY (generation, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_stories_recent ON group_stories (generation, last_s);
CREATE INDEX group_stories_largest ON group_stories (generation, articles, last_s);

-- Where the stories went that were merged into others.
CREATE TABLE group_merged_stories (
    id TEXT PRIMARY KEY,
    into_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What machines that share one index agree on; see index/ledger.

-- Every kept state of the index. `body` is JSON.
CREATE TABLE ledger_manifests (
    number INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL,
    replaced_at_s REAL,
    body TEXT NOT NULL
) STRICT;

-- Which manifest is the committed one ("current"), and that of a rebuild under way ("rebuild").
CREATE TABLE ledger_pointers (
    name TEXT PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES ledger_manifests (number)
) STRICT;

-- Articles of a generation that manifests from `number` on no longer show.
CREATE TABLE ledger_dead (
    generation INTEGER NOT NULL,
    key INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (generation, key)
) STRICT;

-- The index terms of a generation, with the number of live articles that hold them
-- anywhere, in the title, in the body.
CREATE TABLE ledger_terms (
    generation INTEGER NOT NULL,
    id INTEGER NOT NULL,
    language TEXT NOT NULL,
    term TEXT NOT NULL,
    articles INTEGER NOT NULL,
    in_title INTEGER NOT NULL,
    in_body INTEGER NOT NULL,
    PRIMARY KEY (generation, id),
    UNIQUE (generation, language, term)
) STRICT;

-- Words as they are written: folded form, its term, its usual spelling, how often it occurred.
CREATE TABLE ledger_forms (
    generation INTEGER NOT NULL,
    language TEXT NOT NULL,
    form TEXT NOT NULL,
    term_id INTEGER NOT NULL,
    written TEXT NOT NULL,
    occurrences INTEGER NOT NULL,
    PRIMARY KEY (generation, language, form)
) STRICT;

-- Who may do what only one may do at a time, and until when.
CREATE TABLE ledger_leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until_s REAL NOT NULL
) STRICT;

-- What machines that share one index agree on; see index/ledger.

-- Every kept state of the index. `body` is JSON.
CREATE TABLE ledger_manifests (
    number BIGINT PRIMARY KEY,
    generation BIGINT NOT NULL,
    replaced_at_s DOUBLE PRECISION,
    body TEXT NOT NULL
);

-- Which manifest is the committed one ("current"), and that of a rebuild under way ("rebuild").
CREATE TABLE ledger_pointers (
    name TEXT PRIMARY KEY,
    number BIGINT NOT NULL REFERENCES ledger_manifests (number)
);

-- Articles of a generation that manifests from `number` on no longer show.
CREATE TABLE ledger_dead (
    generation BIGINT NOT NULL,
    key BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (generation, key)
);

-- The index terms of a generation, with the number of live articles that hold them
-- anywhere, in the title, in the body.
CREATE TABLE ledger_terms (
    generation BIGINT NOT NULL,
    id BIGINT NOT NULL,
    language TEXT NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    articles BIGINT NOT NULL,
    in_title BIGINT NOT NULL,
    in_body BIGINT NOT NULL,
    PRIMARY KEY (generation, id),
    UNIQUE (generation, language, term)
);

-- Words as they are written: folded form, its term, its usual spelling, how often it occurred.
CREATE TABLE ledger_forms (
    generation BIGINT NOT NULL,
    language TEXT NOT NULL,
    form TEXT COLLATE "C" NOT NULL,
    term_id BIGINT NOT NULL,
    written TEXT NOT NULL,
    occurrences BIGINT NOT NULL,
    PRIMARY KEY (generation, language, form)
);

-- Who may do what only one may do at a time, and until when.
CREATE TABLE ledger_leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until_s DOUBLE PRECISION NOT NULL
);

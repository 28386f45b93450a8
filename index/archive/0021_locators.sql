-- Where the parts of a text are in the scan or recording it was read from: a JSON list, in the order of
-- the text; see docs/decisions/locators.md. NULL: not known.
ALTER TABLE revisions ADD COLUMN locators TEXT;

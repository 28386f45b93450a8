-- What decides which version stands and whether it may be shown; the other fields of the news trade
-- are in `news`, a JSON object. NULL in `usage` means usable.
ALTER TABLE revisions ADD COLUMN usage TEXT CHECK (usage IN ('withheld', 'cancelled'));
ALTER TABLE revisions ADD COLUMN version INTEGER;
-- When this version was made, in seconds since the epoch.
ALTER TABLE revisions ADD COLUMN updated_s INTEGER;
ALTER TABLE revisions ADD COLUMN news TEXT;

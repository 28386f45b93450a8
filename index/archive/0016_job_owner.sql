-- The process that runs a job. One that was silent too long, and comes back, must not go on with a job
-- that another has taken over.
ALTER TABLE jobs ADD COLUMN owner TEXT NOT NULL DEFAULT '';

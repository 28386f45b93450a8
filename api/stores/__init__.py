"""Tables in the archive's database: keys, jobs, alerts."""

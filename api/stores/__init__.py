"""The tables of the edges in the archive's database: keys, jobs, alerts."""

"""What runs beside a server: indexing, feeds, jobs."""

"""Long work beside the server: it shows how far it is, can be paused, and survives a restart.

`store` keeps jobs in the archive's database, `runner` does them one after the other, and each kind
of work has a module of its own.
"""

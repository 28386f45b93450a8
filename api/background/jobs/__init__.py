"""Long work beside the server: it shows how far it is, can be paused, and survives a restart.

`store` keeps jobs in the archive's database, `runner` does those of a kind one after the other, and
each kind of work has a module of its own.
"""

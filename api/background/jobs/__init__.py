"""Background jobs: they report progress, can be paused, and survive a restart.

`api.stores.jobs` keeps jobs in the archive's database, `runner` does those of a kind one after the
other, and each kind of work has a module.
"""

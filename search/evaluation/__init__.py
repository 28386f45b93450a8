"""How good the rankings are: queries, judgments, runs, measures, comparisons, tuning.

Depends on no engine: `evaluate` is given a callable that answers a `SearchRequest`.
"""

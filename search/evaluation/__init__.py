"""How good the rankings are: queries, judgments, runs, measures, comparisons, tuning.

Independent of any engine: `evaluate` is given a callable that answers a `SearchRequest`.
"""

"""Matching and scoring by words over segments: query plans, BM25F, MaxScore."""

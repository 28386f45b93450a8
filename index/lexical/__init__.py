"""Matching and scoring by words in segments: query plans, BM25F, MaxScore."""

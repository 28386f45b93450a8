"""Saved searches that report new articles, by webhook or as a feed."""

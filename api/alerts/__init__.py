"""Saved searches that tell of new articles, by webhook or as a feed."""

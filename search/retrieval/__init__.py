"""Retrieve candidates: by words, by meaning, by filters, by story."""

"""Widening the words of a query: synonyms that the archive's owner keeps."""

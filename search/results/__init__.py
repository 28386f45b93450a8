"""Build what is shown of a ranking: passages, facets, timelines, trends, suggestions, stories."""

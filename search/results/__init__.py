"""What is made of a ranking: passages, facets, timelines, trends, suggestions, stories."""

"""From candidates to a ranking: fusion, its weights, copies, reranking."""

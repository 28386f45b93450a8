"""Turn candidates into a ranking: fusion, its weights, copies, reranking."""

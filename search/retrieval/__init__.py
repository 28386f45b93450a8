"""Which articles are candidates: by words, by meaning, by filters, by story."""

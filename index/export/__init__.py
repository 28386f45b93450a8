"""Exporting articles as records that `newsearch index` reads back into equal articles."""

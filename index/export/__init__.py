"""Articles out again: as records that `newsearch index` reads back to equal articles."""

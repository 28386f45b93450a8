"""The settings of newsearch, resolved once from flags, environment, file and defaults."""

"""From one record of any source to one article: its fields, checked and completed."""

"""Questions answered by sentences of the archive, word for word. See docs/decisions/ask.md."""

"""Text before analysis: clean-up, language, sentences, chunks, messages."""

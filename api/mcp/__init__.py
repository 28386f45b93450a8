"""An MCP server: searching, reading, stories and timelines as tools for language models."""

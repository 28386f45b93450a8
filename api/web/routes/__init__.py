"""The addresses of the pages for people."""

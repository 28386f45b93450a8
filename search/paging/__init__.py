"""Cursors: where a page ended, and the seal that prevents forgery."""

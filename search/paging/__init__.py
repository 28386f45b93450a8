"""Cursors: where a page ended, and the seal that keeps others from forging one."""

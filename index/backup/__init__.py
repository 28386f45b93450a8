"""Backups of a data folder: made while it is in use, verified when restored."""

from index.backup.making import make_backup
from index.backup.restoring import restore_backup

__all__ = ["make_backup", "restore_backup"]

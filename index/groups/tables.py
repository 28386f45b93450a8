"""How `group_members` is read: with the index that the query needs.

Without statistics, SQLite would use the primary key for every query, and read the rows of an entire
generation for one story.
"""

MEMBERS_BY_STORY = "group_members INDEXED BY group_members_by_story"
MEMBERS_BY_ORIGINAL = "group_members INDEXED BY group_members_by_original"
MEMBERS_BY_SINCE = "group_members INDEXED BY group_members_since"
MEMBERS_BY_UNTIL = "group_members INDEXED BY group_members_until"

HOLDS = "generation = :generation AND since <= :version AND (until IS NULL OR until > :version)"
"""Selects the rows of a version."""

KEPT_S = 900
"""How long ended rows are kept, which is longer than snapshots are kept for cursors."""

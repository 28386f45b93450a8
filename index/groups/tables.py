"""How `group_members` is read: by the index that the question needs.

SQLite, which keeps no statistics of it, would take the primary key for every question, and read the
rows of a whole generation for one story.
"""

MEMBERS_BY_STORY = "group_members INDEXED BY group_members_by_story"
MEMBERS_BY_ORIGINAL = "group_members INDEXED BY group_members_by_original"
MEMBERS_BY_SINCE = "group_members INDEXED BY group_members_since"
MEMBERS_BY_UNTIL = "group_members INDEXED BY group_members_until"

HOLDS = "generation = :generation AND since <= :version AND (until IS NULL OR until > :version)"
"""Which rows are those of a version."""

KEPT_S = 900
"""How long rows that ended are kept: longer than a snapshot is kept for cursors."""

"""How `group_members` is read: by the index that the question needs.

SQLite, which keeps no statistics of it, would take the primary key for every question, and read the
rows of a whole generation for one story.
"""

MEMBERS_BY_STORY = "group_members INDEXED BY group_members_by_story"
MEMBERS_BY_ORIGINAL = "group_members INDEXED BY group_members_by_original"

"""`Draft`: one transaction's view of a generation of groups, to read and to change."""

from index.groups.fact_tables import FactTables
from index.groups.member_tables import MemberTables
from index.groups.story_tables import StoryTables


class Draft(FactTables, MemberTables, StoryTables):
    """All tables of one generation.

    Nobody else writes meanwhile, so what was read of an article holds to the end of it.
    """

    def finish(self, archive_revision: int) -> None:
        """Say up to which revision everything is grouped now."""
        self._connection.execute(
            "UPDATE group_generations SET version = ?, archive_revision = ? WHERE generation = ?",
            (self.version, archive_revision, self.generation),
        )

"""`Draft`: one transaction's view of a generation of groups, for reading and writing."""

from index.groups.fact_tables import FactTables
from index.groups.member_tables import MemberTables
from index.groups.story_tables import StoryTables


class Draft(FactTables, MemberTables, StoryTables):
    """All tables of one generation.

    There is no other writer meanwhile, so everything read stays valid until the end.
    """

    def finish(self, archive_revision: int) -> None:
        """Record the revision up to which everything is grouped."""
        self._connection.execute(
            "UPDATE group_generations SET version = ?, archive_revision = ? WHERE generation = ?",
            (self.version, archive_revision, self.generation),
        )

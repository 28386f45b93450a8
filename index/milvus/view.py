"""Which articles of a generation a snapshot shows, as an explicit value."""

from dataclasses import dataclass, replace
from functools import cached_property

from index.milvus import expressions
from index.milvus.expressions import both
from index.permitted_sources import PermittedSources
from index.query import ExactField


@dataclass(frozen=True)
class View:
    """Articles with keys up to `archive_revision` that are not `dead`.

    With `released_at_s`, none under embargo at that instant; with `only`, none of other sources. A
    view never changes, so everything computed from it remains valid.
    """

    archive_revision: int
    dead: tuple[int, ...] = ()
    released_at_s: int | None = None
    only: PermittedSources | None = None

    def released(self, at_s: int) -> "View":
        """This view without the articles under embargo at an instant."""
        return replace(self, released_at_s=at_s)

    def limited(self, sources: PermittedSources) -> "View":
        """This view without the articles of other sources."""
        return replace(self, only=sources if self.only is None else self.only.also(sources))

    @cached_property
    def where(self) -> str:
        """The condition on rows that selects its articles."""
        shown = [f"key <= {self.archive_revision}"]
        if self.dead:
            shown.append(f"key not in {list(self.dead)}")
        if self.released_at_s is not None:
            shown.append(f"embargo_end <= {self.released_at_s}")
        if self.only is not None:
            shown.append(expressions.one_of(ExactField.SOURCE, self.only.folded))
        return both(*shown)

"""Replace `story:` in a query by the articles of the story.

Indexes know articles by key and nothing about stories, so any backend can answer.
"""

from dataclasses import replace

from index.groups.domain import GroupsView
from index.query import Among, Bool, Boost, Exact, ExactField, Node, ParsedQuery, ReadingNote
from index.text.messages import Message


def with_stories(parsed: ParsedQuery, view: GroupsView) -> ParsedQuery:
    """Resolve each `story:` in the query; an unknown story matches nothing and adds a note."""
    unknown: list[str] = []

    def among(node: Node) -> Node:
        match node:
            case Exact(ExactField.STORY, value):
                keys = view.members(value)
                if not len(keys) and value not in unknown:
                    unknown.append(value)
                return Among(tuple(sorted(keys.tolist())))
            case Bool(must, should, must_not):
                return Bool(*(tuple(map(among, parts)) for parts in (must, should, must_not)))
            case Boost(inner, factor):
                return Boost(among(inner), factor)
            case _:
                return node

    node = among(parsed.node)
    constraint = None if parsed.constraint is None else among(parsed.constraint)
    notes = tuple(
        ReadingNote(Message("there is no story {0}", value), max(0, parsed.text.find(value)))
        for value in unknown
    )
    return replace(parsed, node=node, constraint=constraint, warnings=(*parsed.warnings, *notes))

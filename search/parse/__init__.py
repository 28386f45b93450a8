"""Parse the query language: from what people type to `index.query`; see docs/query-language.md.

`parse` is the only entry point. It raises only QueryError, takes time linear in the query, and
never reads the clock.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from index.errors import QueryError
from index.query import ParsedQuery
from index.text.messages import Message
from search.parse import characters as chars
from search.parse import limits
from search.parse.all_caps import calmed
from search.parse.clauses import preferring
from search.parse.grammar import Grammar
from search.parse.leaves import Leaves
from search.parse.lexer import lexed
from search.parse.prose import as_prose
from search.parse.reading import Reading
from search.parse.render import render
from search.parse.spelled import spelled_parts

__all__ = ["parse", "render", "spelled_parts"]


QUOTES_PREFERRED = Message(
    "read as prose: quoted words count more but are not required; put + before the quotes to "
    "require them"
)


def parse(text: str, *, now: datetime, zone: ZoneInfo, strict: bool | None = None) -> ParsedQuery:
    """Read a query.

    `now` is the reference for relative dates (a naive one is taken in `zone`); `zone` decides when
    days begin. With `strict` True every fault is an error, with False a note with the best guess;
    None decides by the rule of `search.parse.reading`. Raises QueryError.
    """
    if len(text) > limits.MAX_LENGTH:
        raise QueryError(
            Message("the query is longer than {0} characters", limits.MAX_LENGTH),
            query=text,
            column=limits.MAX_LENGTH,
            expected=Message("a shorter query"),
        )
    found, notes = lexed(text)
    tokens, signs = (calmed(found), ()) if strict else as_prose(text, calmed(found))
    reading = Reading(text, tokens, notes, strict)
    if signs:
        reading.note(
            Message(
                "read as prose, in which {0} is not an operator; to make all signs operators, put "
                "+ before a word or quotation that every hit must contain",
                " ".join(signs),
            ),
            0,
        )
    moment = now if now.tzinfo else now.replace(tzinfo=zone)
    leaves = Leaves(reading, now=moment, zone=zone)
    clauses = Grammar(tokens, reading, leaves).query()
    if not (clauses.must or clauses.should or clauses.must_not):
        unread = "" if any(map(str.isalnum, text)) else chars.signs_in(text)
        raise reading.error(
            Message("there is no word in this query; signs such as {0} are not indexed", unread[:8])
            if unread
            else Message("the query is empty"),
            0,
            expected=Message("a word, such as election, or a question"),
        )
    preferred = preferring(clauses) if reading.quotes_may_be_prose() else None
    if preferred is not None and reading.quotes_are_prose():
        clauses, preferred = preferred, None
        reading.note(QUOTES_PREFERRED, 0)
    return ParsedQuery(
        text=text,
        node=clauses.query(),
        constraint=clauses.constraint(),
        meaning=" ".join(leaves.meaning),
        warnings=reading.notes,
        softer=None if preferred is None else preferred.query(),
    )

"""Records without a text: one message for a file in which no record has one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from index.domain import Article
from index.errors import NoText, RecordError
from index.readers.proposals import proposal

_NAMES_SHOWN = 30
_TELLING_CHARS = 80
"""From this length on, a value is probably a text."""


def explained(error: NoText, record: Mapping[str, Any]) -> NoText:
    """The error of a record without a text, with what its fields are and how to name the text."""
    names = [str(name) for name in record]
    lengths = {str(name): len(one) for name, one in record.items() if isinstance(one, str)}
    longest = max(lengths, key=lengths.__getitem__, default="")
    likely = longest if lengths.get(longest, 0) >= _TELLING_CHARS else None
    return NoText(error.place, _advice(names, likely, error.has_title), error.has_title)


def _advice(names: list[str], likely: str | None, has_title: bool) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN]) + (", …" if len(names) > _NAMES_SHOWN else "")
    fields = f"its fields are {shown}" if names else "it has no fields"
    proposed = proposal(names, likely)
    if proposed:
        return f"{fields}; perhaps {proposed}"
    if has_title:
        return f"{fields}; --headlines accepts a headline alone"
    return f'{fields}; provide "text", or name the field that holds it, as in --map text=body'


def summed(records: Iterable[Article | RecordError], place: str) -> Iterator[Article | RecordError]:
    """The records of a file; if all lack a text, one error for the whole file instead of each."""
    waiting: list[NoText] = []
    has_article = False
    for record in records:
        if isinstance(record, NoText) and not has_article:
            waiting.append(record)
            continue
        if isinstance(record, Article) and not has_article:
            has_article = True
            yield from waiting
            waiting.clear()
        yield record
    if len(waiting) == 1:
        yield waiting[0]
    elif waiting:
        advice = f"; {waiting[0].advice}" if waiting[0].advice else ""
        yield RecordError(place, f"none of its {len(waiting):,} records has a text{advice}")

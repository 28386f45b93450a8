"""Different figures for one thing in different articles, to be shown side by side."""

import re
from collections.abc import Sequence

from search.asking.answer import Disagreement, Quotation

_FIGURE = re.compile(r"\d+(?:[.,\u202f\u00a0]\d+)*")

NEAR_CHARACTERS = 30
"""The distance in characters at which a word of the question belongs to the figure before it."""


def disagreements(quotations: Sequence[Quotation]) -> tuple[Disagreement, ...]:
    """Return the words of the question that articles give different figures for.

    A figure belongs to the first word of the question that follows it within `NEAR_CHARACTERS`.
    """
    found: dict[str, dict[str, tuple[str, int]]] = {}
    for at, quotation in enumerate(quotations):
        for thing, figure in _figures(quotation):
            found.setdefault(thing.casefold(), {}).setdefault(figure, (thing, at))
    return tuple(
        Disagreement(
            next(iter(figures.values()))[0], tuple((f, at) for f, (_, at) in figures.items())
        )
        for figures in found.values()
        if len({quotations[at].stored.article.id for _, at in figures.values()}) > 1
    )


def _figures(quotation: Quotation) -> list[tuple[str, str]]:
    """Return (word of the question, figure before it)."""
    text, found = quotation.stored.article.text, []
    for match in _FIGURE.finditer(text, quotation.start, quotation.end):
        after = [span for span in quotation.highlights if span[0] >= match.end()]
        if after and after[0][0] - match.end() <= NEAR_CHARACTERS:
            found.append((text[slice(*after[0])], match[0]))
    return found

"""Sentences for people that remember the template they were made from, so that they can be
translated.

A `Message` is an ordinary English string. To translate it, its template is looked up in a table of
templates and filled with the same values, which may be sentences themselves.
"""

from collections.abc import Mapping
from typing import Self


class Message(str):
    """An English sentence made from a template with `{0}`, `{1}` … and the values filled in."""

    __slots__ = ("template", "values")

    template: str
    values: tuple[object, ...]

    def __new__(cls, template: str, *values: object) -> Self:
        """The sentence."""
        said = super().__new__(cls, template.format(*values))
        said.template = template
        said.values = values
        return said


def translated(sentence: str, templates: Mapping[str, str]) -> str | None:
    """A sentence in the language of a table keyed by English templates; None if it is unknown."""
    if not isinstance(sentence, Message) or sentence.template not in templates:
        return None
    values = [translated(v, templates) or v if isinstance(v, str) else v for v in sentence.values]
    return templates[sentence.template].format(*values)

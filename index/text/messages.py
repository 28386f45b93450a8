"""Sentences for people that know the form they were made from, so that they can be said anew.

A `Message` is an ordinary English string. Whoever speaks another language looks its template up
in a table of templates and fills in the same values, which may be sentences themselves.
"""

from collections.abc import Mapping
from typing import Self


class Message(str):
    """An English sentence made of a template with `{0}`, `{1}` … and what was filled in."""

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
    """A sentence in the language of a table from English templates; None if it is not known."""
    if not isinstance(sentence, Message) or sentence.template not in templates:
        return None
    values = [translated(v, templates) or v if isinstance(v, str) else v for v in sentence.values]
    return templates[sentence.template].format(*values)

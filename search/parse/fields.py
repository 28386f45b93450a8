"""The fields of the query language: their names, what people call them, and near misses."""

import difflib
from enum import StrEnum
from typing import TypeAlias

from index.query import ExactField, TextField


class DateField(StrEnum):
    """The field with the publication date."""

    DATE = "date"


Field: TypeAlias = TextField | ExactField | DateField

_ALIASES: dict[Field, str] = {
    TextField.TITLE: "headline titel überschrift schlagzeile titre título titulo titolo",
    TextField.BODY: "text content inhalt texte texto cuerpo testo",
    ExactField.LANGUAGE: "language languages sprache langue idioma lingua",
    ExactField.SOURCE: "sources quelle publisher outlet fuente fonte",
    ExactField.SECTION: "sections ressort rubrik rubrique category sección seccion",
    ExactField.AUTHOR: "authors autor autoren autorin autora auteur autore byline",
    ExactField.PLACE: "location ort lieu lugar luogo dateline",
    ExactField.PROVIDER: "agency agentur nachrichtenagentur anbieter agence agencia agenzia",
    ExactField.SUBJECT: "subjects topic thema themen sujet tema argomento",
    ExactField.ID: "ids",
    ExactField.STORY: "stories",
    DateField.DATE: "datum fecha published",
}

_FIELDS: dict[str, Field] = {
    name: field for field, aliases in _ALIASES.items() for name in (field.value, *aliases.split())
}

_OTHER_SYSTEMS = {
    "after": "date:>=",
    "since": "date:>=",
    "from": "date:>=",
    "before": "date:<",
    "until": "date:<=",
    "to": "date:<=",
    "site": "source:",
    "intitle": "title:",
    "allintitle": "title:",
    "intext": "body:",
}
"""Operators of other search engines and their names here."""

FIELD_NAMES = (
    "title, body, lang, source, section, author, date, place, provider, subject, story or id"
)


def resolve(name: str) -> Field | None:
    """The field called `name`, regardless of case; None if there is none."""
    return _FIELDS.get(name.casefold())


def nearest(name: str) -> str | None:
    """What was probably meant by the unknown field `name`, with the colon.

    None if nothing is close.

    Similarity is Ratcliff and Obershelp's, as `difflib` computes it.
    """
    folded = name.casefold()
    if folded in _OTHER_SYSTEMS:
        return _OTHER_SYSTEMS[folded]
    near = difflib.get_close_matches(folded, _FIELDS, n=1, cutoff=0.7)
    return f"{_FIELDS[near[0]].value}:" if near else None

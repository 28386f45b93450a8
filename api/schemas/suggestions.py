"""Completions of what is being typed, as JSON."""

from api.schemas.body import Body
from search.results.suggest import Suggestions


class CompletionBody(Body):
    """A word that goes on from the last letters; `text` is the whole query with it."""

    text: str
    word: str
    articles: int


class HeadlineBody(Body):
    """The title of an article."""

    id: str
    title: str
    language: str
    date: str | None


class SuggestBody(Body):
    """Words by the number of articles that hold them, headlines with the newest first."""

    query: str
    words: list[CompletionBody]
    headlines: list[HeadlineBody]


def suggest_body(found: Suggestions) -> SuggestBody:
    """Suggestions as they are sent and printed."""
    return SuggestBody.model_validate(found)

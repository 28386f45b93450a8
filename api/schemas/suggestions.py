"""Completions of what is being typed, as JSON."""

from api.schemas.body import Body
from search.results.suggest import Suggestions


class CompletionBody(Body):
    """A word that completes the last letters; `text` is the whole query with it."""

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
    """Words by the number of articles that contain them, and headlines, newest first."""

    query: str
    words: list[CompletionBody]
    headlines: list[HeadlineBody]


def suggest_body(found: Suggestions) -> SuggestBody:
    """Return suggestions as JSON."""
    return SuggestBody.model_validate(found)

"""Where a part of a text is in what it was read from, as JSON."""

from pydantic import Field

from api.schemas.body import Body
from index.domain import Locator


class BoxBody(Body):
    """A rectangle of a scanned page, in its pixels."""

    left: int
    top: int
    width: int
    height: int


class LocatorBody(Body):
    """A place on a scanned page or in a recording; what is not known is null."""

    start: int = Field(description="From which offset in the article's text on it holds.")
    page: str | None = Field(None, description="The page as printed.")
    column: int | None = Field(None, description="The column of the page, from 1.")
    box: BoxBody | None = None
    time_s: float | None = Field(None, description="Seconds from the beginning of the recording.")
    speaker: str | None = None
    confidence: float | None = Field(
        None, description="Of the text recognition, from 0 to 1, which is certain."
    )


def locator_body(locator: Locator) -> LocatorBody:
    """Return a locator as JSON."""
    box = locator.box
    return LocatorBody(
        start=locator.start,
        page=locator.page,
        column=locator.column,
        box=BoxBody(left=box[0], top=box[1], width=box[2], height=box[3]) if box else None,
        time_s=locator.time_s,
        speaker=locator.speaker,
        confidence=locator.confidence,
    )

"""When an entry of a feed was published and updated: as written, read like every other date.

feedparser knows more notations, but converts them all to UTC, takes a time without a zone for UTC,
and a date of zeros for a day; so what it made of a date is not used.
"""

from index.dates.shapes import NoDate
from index.dates.written_dates import read_date


def written_date(written: str | None, language: str | None) -> str | None:
    """A date as ISO 8601; as written, if only a setting or nobody can tell; None if there is none.

    A date that cannot be read here is left to the record, which knows its source and notes what it
    leaves out.
    """
    if not written:
        return None
    try:
        return read_date(written, language or "").value
    except NoDate:
        return None
    except ValueError:
        return written

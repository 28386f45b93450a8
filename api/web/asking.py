"""An answer as its page prints it: quotations with source and date first, and what limits them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from api.web.interface import Interface
from api.web.marking import marked
from api.web.views import DateView, LinkView, article_address, date_view
from index.dates.dates import parse_date
from search.asking.answer import Answer, Quotation, ReadTime


@dataclass(frozen=True, slots=True)
class QuotationView:
    """One quotation; `others` says who else says so."""

    source: str | None
    date: DateView | None
    language: str
    language_name: str
    text: Markup
    title: str
    address: str
    others: str


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """Figures that differ: what for, and each figure with where it is from."""

    thing: str
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer. `period` is the filter read from the question; its URL removes it."""

    quotations: tuple[QuotationView, ...]
    differences: tuple[DifferenceView, ...]
    period: LinkView | None
    missed: str
    notes: tuple[str, ...]
    found: LinkView
    took: str


def answer_view(answer: Answer, pairs: list[tuple[str, str]], words: Interface) -> AnswerView:
    """Return what the page prints of an answer to the question in some query parameters."""
    time = answer.time
    return AnswerView(
        quotations=tuple(_quotation(one, words) for one in answer.quotations),
        differences=tuple(
            DifferenceView(
                one.thing,
                tuple(
                    (figure, _origin(answer.quotations[at], words)) for figure, at in one.figures
                ),
            )
            for one in answer.disagreements
        ),
        period=_period(time, pairs, words) if time is not None and time.is_applied else None,
        missed=(
            words.text("ask.missed", phrase=time.phrase)
            if time is not None and not time.is_applied and answer.quotations
            else ""
        ),
        notes=tuple(note.text for note in answer.notes),
        found=LinkView(
            words.counted("ask.found", answer.searched), f"/?{urlencode({'q': answer.question})}"
        ),
        took=words.number(round(answer.took_ms)),
    )


def _period(time: ReadTime, pairs: list[tuple[str, str]], words: Interface) -> LinkView:
    kept = [(name, value) for name, value in pairs if name != "read_time"]
    first, last = (
        words.date(parse_date(day.isoformat())) if day else "" for day in (time.first, time.last)
    )
    return LinkView(
        f"{first} – {last}".strip(), f"/ask?{urlencode([*kept, ('read_time', 'false')])}"
    )


def _quotation(one: Quotation, words: Interface) -> QuotationView:
    article = one.stored.article
    others = [source for source in one.sources if source != article.source]
    spans = ((start - one.start, end - one.start) for start, end in one.highlights)
    return QuotationView(
        source=article.source,
        date=date_view(article.date, words),
        language=article.language,
        language_name=words.language_name(article.language),
        text=marked(one.text, spans),
        title=article.title,
        address=f"{article_address(article.id)}?quote={one.start}-{one.end}#quote",
        others=words.text("ask.others", sources=", ".join(others)) if others else "",
    )


def _origin(one: Quotation, words: Interface) -> str:
    article = one.stored.article
    date = words.date(article.date) if article.date else None
    return ", ".join(part for part in (article.source, date) if part) or article.title


def ask_address(question: str) -> str:
    """Return the URL of the answer to a question."""
    return f"/ask?{urlencode({'q': question})}"

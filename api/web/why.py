"""Why a result has its rank: its score as bars, and the words that contributed.

The bars on a page share one scale, so that they can be compared.
"""

from dataclasses import dataclass

from markupsafe import Markup

from api.web.interface import Interface
from api.web.marking import marked_passage
from index.protocols import TermEvidence
from index.query import TextField
from search.request import AgeFactor, Hit, ScoreParts

BAR_WIDTH = 240.0
"""In the units of the drawings of the bars."""


@dataclass(frozen=True, slots=True)
class BarView:
    """A bar from `start`, `width` long; `kind` is the CSS class that colours it."""

    kind: str
    start: float
    width: float
    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TermView:
    """What one word of the query contributed."""

    word: str
    frequency: str
    articles: str
    bar: BarView


@dataclass(frozen=True, slots=True)
class WhyView:
    """The drawer: the score, its shares side by side, the words, the passage nearest in meaning."""

    score: str
    shares: tuple[BarView, ...]
    terms: tuple[TermView, ...]
    nearest: Markup | None
    rerank: str | None
    age: str | None


def why_view(hit: Hit, scale: float, words: Interface) -> WhyView:
    """Return the drawer of a hit; `scale` is the score that fills a bar."""
    parts = hit.parts
    explanation = hit.explanation
    nearest = explanation.best_passage if explanation else None
    return WhyView(
        score=words.decimal(hit.score, 3),
        shares=_shares(parts, scale, words),
        terms=_terms(explanation.terms, words) if explanation else (),
        nearest=marked_passage(nearest) if nearest else None,
        rerank=None if parts.rerank is None else words.decimal(parts.rerank, 3),
        age=_age(parts.age, words) if parts.age else None,
    )


def _age(age: AgeFactor, words: Interface) -> str:
    factor = words.decimal(age.factor, 3)
    if age.age_days is None:
        return words.text("why.age.undated", factor=factor)
    days = words.decimal(max(0.0, age.age_days), 1)
    return words.text("why.age.detail", factor=factor, days=days)


def _shares(parts: ScoreParts, scale: float, words: Interface) -> tuple[BarView, ...]:
    """Return words, then meaning, each if it took part."""
    bars, at = [], 0.0
    for kind, raw, weight, share in (
        ("words", parts.lexical, parts.lexical_weight, parts.lexical_share),
        ("meaning", parts.semantic, parts.semantic_weight, parts.semantic_share),
    ):
        if raw is None:
            continue
        width = _width(share, scale)
        detail = words.text(
            f"why.{kind}.detail", raw=words.decimal(raw), weight=words.decimal(weight)
        )
        label = words.text(f"why.{kind}")
        bars.append(BarView(kind, at, width, label, words.decimal(share, 3), detail))
        at += width
    return tuple(bars)


def _terms(terms: tuple[TermEvidence, ...], words: Interface) -> tuple[TermView, ...]:
    ordered = sorted(terms, key=lambda term: -term.score)
    scale = ordered[0].score if ordered else 0.0
    return tuple(
        TermView(
            _word(term),
            words.decimal(term.frequency, 0),
            words.number(term.document_frequency),
            BarView("words", 0.0, _width(term.score, scale), term.label, words.decimal(term.score)),
        )
        for term in ordered
    )


def _word(term: TermEvidence) -> str:
    return f"{term.field}:{term.label}" if term.field in tuple(TextField) else term.label


def _width(value: float, scale: float) -> float:
    share = min(1.0, max(0.0, value / scale)) if scale > 0 else 0.0
    return round(BAR_WIDTH * share, 1)

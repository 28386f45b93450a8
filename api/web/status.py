"""The state of the archive and index as its page prints it."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.schemas.stats import StatsBody
from api.web.interface import Interface
from api.web.why import BAR_WIDTH, BarView
from search.expansion.synonym_files import SynonymFile


@dataclass(frozen=True, slots=True)
class FigureView:
    """A number and what it counts."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LanguageView:
    """A language: its articles, and the weight of meaning in it. `origin` is in English."""

    code: str
    name: str
    articles: str
    meaning: str
    bars: tuple[BarView, ...]
    sampled: str
    quality: str
    origin: str


@dataclass(frozen=True, slots=True)
class ApproximationView:
    """A large segment: how it is searched, and the share of the nearest chunks found."""

    chunks: str
    codec: str
    recall: str
    queries: str


MOST_RULES = 200
"""The most rules, and the most faults, listed of a file of synonyms."""


@dataclass(frozen=True, slots=True)
class SynonymFileView:
    """A file of synonyms: its rules, and the lines that cannot be used. Faults are in English."""

    name: str
    count: str
    rules: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatusView:
    """The whole page."""

    figures: tuple[FigureView, ...]
    encoder: tuple[FigureView, ...]
    languages: tuple[LanguageView, ...]
    exact_chunks: str
    approximations: tuple[ApproximationView, ...]


def status_view(stats: StatsBody, words: Interface) -> StatusView:
    """Return what the page prints."""
    approximated = sum(one.chunks for one in stats.approximations)
    return StatusView(
        figures=_figures(stats, words),
        encoder=_encoder(stats, words),
        languages=tuple(
            _language(code, articles, stats, words)
            for code, articles in sorted(stats.languages.items(), key=lambda item: -item[1])
        ),
        exact_chunks=words.number(stats.chunks - approximated),
        approximations=tuple(
            ApproximationView(
                words.number(one.chunks),
                one.codec,
                words.decimal(one.recall, 4),
                words.number(one.queries),
            )
            for one in stats.approximations
        ),
    )


def synonyms_view(files: Sequence[SynonymFile], words: Interface) -> tuple[SynonymFileView, ...]:
    """Return the files of synonyms, each with its first rules and faults."""
    return tuple(
        SynonymFileView(
            file.path.name,
            words.number(len(file.rules)),
            tuple(rule.text for rule in file.rules[:MOST_RULES]),
            tuple(f"{fault.line}: {fault.why}" for fault in file.faults[:MOST_RULES]),
        )
        for file in files
    )


def _figures(stats: StatsBody, words: Interface) -> tuple[FigureView, ...]:
    def figure(name: str, value: str) -> FigureView:
        return FigureView(words.text(f"status.{name}"), value)

    return (
        figure("articles", words.number(stats.articles)),
        figure("chunks", words.number(stats.chunks)),
        figure("segments", words.number(stats.segments)),
        figure("index_bytes", words.size(stats.index_bytes)),
        figure("archived", words.number(stats.archived)),
        figure("archive_bytes", words.size(stats.archive_bytes)),
        figure("pending", words.number(stats.pending)),
        figure("deleted", words.number(stats.deleted)),
        figure("snapshot", stats.snapshot or "–"),
    )


def _encoder(stats: StatsBody, words: Interface) -> tuple[FigureView, ...]:
    encoder = stats.encoder
    if encoder is None:
        return ()
    return (
        FigureView(words.text("status.encoder.name"), encoder.name),
        FigureView(words.text("status.encoder.revision"), encoder.revision),
        FigureView(words.text("status.encoder.dimension"), words.number(encoder.dimension)),
        FigureView(words.text("status.encoder.max_tokens"), words.number(encoder.max_tokens)),
    )


def _language(code: str, articles: int, stats: StatsBody, words: Interface) -> LanguageView:
    weight = stats.weights.get(code)
    meaning = weight.semantic if weight else 0.0
    split = round(BAR_WIDTH * (1 - meaning), 1)
    shown = words.decimal(meaning)
    return LanguageView(
        code=code,
        name=words.language_name(code),
        articles=words.number(articles),
        meaning=shown if weight else "–",
        bars=(
            BarView("words", 0.0, split, "", ""),
            BarView("meaning", split, round(BAR_WIDTH - split, 1), "", ""),
        )
        if weight
        else (),
        sampled=words.number(weight.sampled) if weight else "–",
        quality="–"
        if weight is None or weight.quality is None
        else words.decimal(weight.quality, 3),
        origin=weight.origin if weight else "",
    )

"""How search hits look: styled in a terminal, plain text in a pipe."""

import math
from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from api.cli.console import counted, one_line
from index.text.locators import time_code
from search.ranking.fusion import RRF_K
from search.related import Copy
from search.request import (
    Explanation,
    FoundBy,
    Hit,
    Match,
    Mode,
    Page,
    Passage,
    ScoreParts,
    SearchRequest,
    TotalRelation,
)

HIGHLIGHT = "bold yellow"
TITLE = "bold"
FAINT = "dim"
INDENT = 4


def page_view(page: Page) -> RenderableType:
    """Return the hits of a page, one below the other."""
    return Group(*(hit_view(hit) for hit in page.hits))


def hit_view(hit: Hit) -> RenderableType:
    """Return one hit: title, score, source, date, passages, and why if requested."""
    parts: list[RenderableType] = [
        _heading(hit),
        Padding(_particulars(hit), (0, 0, 0, INDENT), expand=False),
    ]
    parts += [
        Padding(_passage(passage, hit.stored.article.text), (0, 0, 0, INDENT), expand=False)
        for passage in hit.passages
    ]
    if lines := _coverage(hit):
        parts.append(Padding(lines, (0, 0, 0, INDENT), expand=False))
    if hit.explanation is not None:
        tree = explanation_view(hit.score, hit.parts, hit.explanation)
        parts.append(Padding(tree, (0, 0, 0, INDENT), expand=False))
    return Group(*parts, "")


def summary(page: Page) -> str:
    """Return how many hits there are, how long it took, and how to get the next page."""
    at_least = "at least " if page.total_relation is TotalRelation.LOWER_BOUND else ""
    articles = "article" if page.total == 1 else "articles"
    line = f"{len(page.hits)} of {at_least}{page.total:,} {articles} in {page.took_ms:.0f} ms"
    if page.collapsed:
        line += f" ({page.collapsed:,} under copies of them)"
    return f"{line}; next page: --cursor {page.cursor}" if page.cursor else line


def nothing(request: SearchRequest) -> str:
    """Say that nothing was found, and what would show more."""
    if request.mode is Mode.KEYWORD or request.match is Match.ALL or not request.query.strip():
        return "nothing found"
    return "nothing found; try --match all for the nearest articles, --mode keyword for any word"


def explanation_view(score: float, parts: ScoreParts, explanation: Explanation) -> Tree:
    """Return the score as a tree: its two shares and where each comes from, term by term."""
    tree = Tree(f"score {score:.4f} (weights: {one_line(parts.weight_origin)})")
    if parts.lexical is not None:
        words = tree.add(
            f"words {parts.lexical_share:.4f} = "
            f"{_derivation(parts.lexical_share, parts.lexical_weight, parts.lexical_normalised)}, "
            f"from BM25F {parts.lexical:.3f}"
        )
        for term in explanation.terms:
            words.add(
                Text(
                    f"{one_line(term.label)} in {term.field}: {term.score:.3f} "
                    f"({term.frequency:g} times here, "
                    f"in {counted(term.document_frequency, 'article')}, "
                    f"idf {term.idf:.2f})"
                )
            )
    if parts.semantic is not None:
        meaning = tree.add(
            f"meaning {parts.semantic_share:.4f} = "
            f"{_derivation(parts.semantic_share, parts.semantic_weight, parts.semantic_normalised)}"
            f", from cosine {parts.semantic:.3f}"
        )
        if explanation.best_passage is not None:
            meaning.add(Text(f"nearest passage: {_shortened(explanation.best_passage.text)}"))
    if explanation.found_by is not None:
        tree.add(_found_by(explanation.found_by))
    if parts.age is not None:
        tree.add(f"age × {parts.age.factor:.3f}, {_age(parts.age.age_days)}")
    for copy in explanation.collapsed:
        tree.add(Text(f"represents {one_line(copy.id)}, rank {copy.rank}, score {copy.score:.4f}"))
    if parts.rerank is not None:
        tree.add(f"reranker {parts.rerank:.4f}, which set the order")
    return tree


def _found_by(why: FoundBy) -> str:
    """Return the evidence, where it came from, and the thresholds it is compared with."""
    if why.is_certain:
        return "found, because it contains all words of the query"
    reached = "≥" if why.evidence >= why.end else "<"
    best = f" (an answer needs {why.answer:.2f})" if why.answer > why.end else ""
    return (
        f"evidence {why.evidence:.2f} {reached} {why.end:.2f}{best} = "
        f"meaning {why.meaning:.2f} + {why.words_worth:g} × words {why.words:.2f}"
    )


def _age(age_days: float | None) -> str:
    if age_days is None:
        return "without a date"
    return f"{age_days:.1f} days old" if age_days > 0 else "dated after the time ages count from"


def _derivation(share: float, weight: float, normalised: float) -> str:
    """Return how a share was computed: by convex combination or from a rank."""
    if math.isclose(share, weight * normalised, abs_tol=1e-9):
        return f"weight {weight:.2f} × {normalised:.4f}"
    return f"1 / ({RRF_K} + rank {round(1 / share) - RRF_K})"


def highlighted(text: str, spans: Iterable[tuple[int, int]], style: str = "") -> Text:
    """Return `text` on one line with `spans` (offsets into it) highlighted."""
    shown = Text(one_line(text), style=style)
    for start, end in spans:
        shown.stylize(HIGHLIGHT, start, end)
    return shown


def _heading(hit: Hit) -> Text:
    title = highlighted(hit.stored.article.title, hit.title_highlights, TITLE)
    score = f"{hit.score:.3f}" if hit.is_found else f"{hit.score:.3f}, not found"
    return Text.assemble(f"{hit.rank:>2}. ", title, "  ", (score, FAINT))


def _particulars(hit: Hit) -> Text:
    article = hit.stored.article
    date = article.date.value if article.date else None
    known: Sequence[str | None] = (
        article.source, date, article.language, article.section, article.id,
    )  # fmt: skip
    return Text(" · ".join(one_line(part) for part in known if part), style=FAINT)


def _coverage(hit: Hit) -> Text | None:
    """Return the copies and the story of a hit, a line each."""
    lines = []
    copies, story = hit.coverage.copies, hit.coverage.story
    if copies:
        total = hit.coverage.copies_total
        listed = ", ".join(map(_copy, copies))
        more = f", and {total - len(copies)} more" if total > len(copies) else ""
        lines.append(f"+{total} {'copy' if total == 1 else 'copies'}: {listed}{more}")
    if story is not None:
        lines.append(
            f"full coverage: {counted(story.articles, 'article')}, story:{story.id}, "
            f"{one_line(story.title)}"
        )
    return Text("\n".join(lines), style=FAINT) if lines else None


def _copy(copy: Copy) -> str:
    article = copy.headline
    where = one_line(f"{article.source}, {article.id}" if article.source else article.id)
    if copy.is_original:
        return f"{where} (original)"
    return f"{where} (older)" if copy.is_older else where


def _passage(passage: Passage, text: str) -> Text:
    inside = ((start - passage.start, end - passage.start) for start, end in passage.highlights)
    shown = highlighted(passage.text, inside)
    before = "" if passage.start == 0 else "… "
    behind = "" if passage.end >= len(text.rstrip()) else " …"
    return Text.assemble((_place(passage), FAINT), before, shown, behind)


def _place(passage: Passage) -> str:
    """Return where a passage is in a scan or a recording: `page 3, column 2: `."""
    locator = passage.locator
    if locator is None:
        return ""
    speaker = locator.speaker
    is_said = speaker is not None and passage.text.startswith(f"{speaker}:")
    known = (
        locator.page and f"page {one_line(locator.page)}",
        locator.column and f"column {locator.column}",
        None if locator.time_s is None else time_code(locator.time_s),
        speaker and not is_said and one_line(speaker),
    )
    named = ", ".join(part for part in known if part)
    return f"{named}: " if named else ""


def _shortened(text: str, width: int = 120) -> str:
    flat = one_line(text)
    return flat if len(flat) <= width else f"{flat[: width - 1]}…"

"""Suggest words and headlines that continue what has been typed.

The last word is taken as unfinished, the words before it as they are. Headlines are read from the
archive, so a deleted article's headline is never shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.protocols import Analyzer, Articles, Snapshot, WordForm
from index.query import Bool, Node, TextField, Word

MAX_SUGGESTIONS = 20
"""The largest number of words, and of headlines, in an answer."""

DEFAULT_SUGGESTIONS = 8

MAX_CHARACTERS = 200
"""Longer input is not completed."""

_MOST_WORDS_BEFORE = 8
_FORMS_IN_HEADLINES = 20
_MOST_HOLDERS = 20_000
"""Headlines are searched for under the most frequent completions, up to this many articles."""

_HEADLINES_READ = 3
"""Headlines read per headline shown: some are equal, some match another form."""


@dataclass(frozen=True, slots=True)
class Completion:
    """`text` is the input with its last word completed; `word` is that word."""

    text: str
    word: str
    articles: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The title of an article."""

    id: str
    title: str
    language: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Completions by number of articles, and headlines by date, newest first."""

    query: str
    words: tuple[Completion, ...]
    headlines: tuple[Headline, ...]


def suggest(snapshot: Snapshot, archive: Articles, typed: str, limit: int) -> Suggestions:
    """Return up to `limit` words and up to `limit` headlines. Raises ArchiveError."""
    parts = typed[:MAX_CHARACTERS].split()
    limit = max(1, min(limit, MAX_SUGGESTIONS))
    if not parts:
        return Suggestions(typed, (), ())
    *before, last = parts
    earlier = before[-_MOST_WORDS_BEFORE:]
    words = _completions(snapshot, earlier, None, last)
    in_titles = _completions(snapshot, earlier, TextField.TITLE, last) if earlier else words
    kept = " ".join(before)
    return Suggestions(
        typed,
        tuple(Completion(f"{kept} {w.text}".strip(), w.text, w.articles) for w in words[:limit]),
        _headlines(snapshot, archive, earlier, last, in_titles, limit),
    )


def _completions(
    snapshot: Snapshot, earlier: list[str], field: TextField | None, last: str
) -> list[WordForm]:
    """Complete `last` with words of articles that contain the words before it (in a field)."""
    beside = Bool(must=tuple(Word(word, field) for word in earlier)) if earlier else None
    return snapshot.completions(last, _FORMS_IN_HEADLINES, beside)


def _headlines(
    snapshot: Snapshot,
    archive: Articles,
    earlier: list[str],
    last: str,
    forms: Sequence[WordForm],
    limit: int,
) -> tuple[Headline, ...]:
    required: list[Node] = [Word(word, TextField.TITLE) for word in earlier]
    endings: list[Node] = []
    holders = 0
    for form in forms:
        holders += form.articles
        if endings and holders > _MOST_HOLDERS:
            break
        endings.append(Word(form.text, TextField.TITLE))
    if not endings:
        return ()
    node = Bool(must=(*required, Bool(should=tuple(endings))))
    keys = snapshot.newest(node, limit * _HEADLINES_READ).keys.tolist()
    found = archive.revisions(keys)
    shown: dict[str, Headline] = {}
    for key in keys:
        if key not in found:
            continue
        article = found[key].article
        if not _begins(snapshot.analyzer(article.language), article.title, last):
            continue
        date = article.date.value if article.date else None
        shown.setdefault(
            article.title.casefold(), Headline(article.id, article.title, article.language, date)
        )
    return tuple(shown.values())[:limit]


def _begins(analyzer: Analyzer, title: str, prefix: str) -> bool:
    """Return whether a word of a title begins with the letters typed, after folding."""
    folded = analyzer.fold(prefix)
    return any(analyzer.terms(word).surface.startswith(folded) for word in analyzer.split(title))

"""The Whoosh schema of a snapshot: its fields, and how query words in them are analysed.

`text`, `title` and `body` contain articles of all languages; their terms are words, and each stands
for all its forms in the language of the article (`AnyLanguage`). For each language `xx` there are
also `text_xx`, `title_xx` and `body_xx`, whose terms are those of the index. The other fields are
matched as a whole, case-folded.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from whoosh import fields, formats
from whoosh.analysis import Token, Tokenizer

from index.analysis import folding, tokenizer
from index.protocols import Analyzer, AnalyzerFor
from index.query import ExactField, TextField

TEXT_FIELDS: dict[str, TextField | None] = {
    "text": None,
    "title": TextField.TITLE,
    "body": TextField.BODY,
}
"""Title and body together (the title's occurrences weighted), or one of them."""

EXACT_FIELDS = {
    str(field): field
    for field in (
        ExactField.LANGUAGE,
        ExactField.SOURCE,
        ExactField.SECTION,
        ExactField.AUTHOR,
        ExactField.PLACE,
        ExactField.PROVIDER,
        ExactField.SUBJECT,
    )
}
LISTED = (ExactField.AUTHOR, ExactField.SUBJECT)
ID, DATE, URL = "id", "date", "url"

_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class FieldName:
    """A text field's name, taken apart; `language` is None for articles of all languages."""

    name: str
    language: str | None

    @classmethod
    def of(cls, fieldname: str) -> "FieldName | None":
        """The name of a text field; None for other fields."""
        name, _, language = fieldname.partition("_")
        return cls(name, language or None) if name in TEXT_FIELDS else None

    @property
    def text_field(self) -> TextField | None:
        """The field of the index; None for title and body together."""
        return TEXT_FIELDS[self.name]


def schema_of(languages: Iterable[str], analyzer_for: AnalyzerFor) -> fields.Schema:
    """The fields of an index with articles in these languages."""
    analyzers = [analyzer_for(language) for language in sorted(languages)]
    schema = fields.Schema()
    schema.add(ID, fields.ID(stored=True, unique=True, sortable=True))
    for name in TEXT_FIELDS:
        schema.add(name, _text_field(AnyLanguage(analyzers), stored=name != "body"))
    for name, field in EXACT_FIELDS.items():
        schema.add(name, fields.ID(stored=True, sortable=field not in LISTED, analyzer=AsAWhole()))
    date = fields.DATETIME(stored=True, sortable=True)
    date.shift_step = 0  # terms of one precision only: they are not stored anyway
    schema.add(DATE, date)
    schema.add(URL, fields.STORED)
    for analyzer in analyzers:
        for name in TEXT_FIELDS:
            schema.add(f"{name}_{analyzer.language}", _text_field(OneLanguage(analyzer)))
    return schema


def whoosh_date(start_s: int) -> datetime:
    """A date in seconds since the epoch as Whoosh has it: UTC (or a wall clock), without a zone."""
    return _EPOCH + timedelta(seconds=start_s)


def _text_field(analysis: Tokenizer, *, stored: bool = False) -> fields.FieldType:
    field = fields.TEXT(analyzer=analysis, phrase=True, stored=stored, multitoken_query="phrase")
    field.format = formats.Positions()
    return field


class _Words(Tokenizer):  # type: ignore[misc]
    """Whoosh tokens from our tokenizer; subclasses decide about the term of a word.

    Stop words are left out where Whoosh reads a text for its key terms. In queries they count,
    since they are indexed.
    """

    def __init__(self, analyzers: Sequence[Analyzer]) -> None:
        self._analyzers = analyzers

    def term(self, word: str) -> str:
        """The term of a word as written."""
        raise NotImplementedError

    def pattern(self, text: str) -> str:
        """The beginning of a word, or a pattern with `*` and `?`, as terms are folded."""
        raise NotImplementedError

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        mode: str = "",
        **others: Any,
    ) -> Iterator[Token]:
        token = Token(positions, chars, removestops=removestops, mode=mode, **others)
        token.boost = 1.0
        if not tokenize:
            token.original = value
            token.text = self.pattern(value)
            token.pos, token.startchar, token.endchar = start_pos, start_char, len(value)
            yield token
            return
        for position, (start, end) in enumerate(tokenizer.spans(value), start=start_pos):
            token.original = value[start:end]
            if mode == "index" and removestops and self._is_stop_word(token.original):
                continue
            token.text = self.term(token.original)
            token.pos = position
            token.startchar, token.endchar = start_char + start, start_char + end
            token.stopped = False
            yield token

    def _is_stop_word(self, word: str) -> bool:
        return any(analyzer.is_stop_word(word) for analyzer in self._analyzers)


class AnyLanguage(_Words):
    """Words in lower case: what they stand for depends on the language of each article."""

    def term(self, word: str) -> str:
        """The word in lower case."""
        return folding.lower(word)

    def pattern(self, text: str) -> str:
        """The text without case and diacritics, as most surface forms are."""
        return folding.fold(text)


class OneLanguage(_Words):
    """The terms under which articles of one language are indexed, without parts of compounds."""

    def __init__(self, analyzer: Analyzer) -> None:
        super().__init__((analyzer,))
        self._analyzer = analyzer

    def term(self, word: str) -> str:
        """The word's own term."""
        return self._analyzer.query_terms(word)[0].term

    def pattern(self, text: str) -> str:
        """The text folded as surface forms of the language are."""
        return self._analyzer.fold(text)


class AsAWhole(Tokenizer):  # type: ignore[misc]
    """The whole value, case-folded."""

    def __call__(self, value: str, **modes: Any) -> Iterator[Token]:
        known = {name: modes[name] for name in ("positions", "chars") if name in modes}
        token = Token(**known, mode=modes.get("mode", ""))
        token.text, token.boost = value.casefold(), 1.0
        token.original, token.pos, token.startchar, token.endchar = value, 0, 0, len(value)
        yield token

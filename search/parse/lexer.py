"""Splits a query into tokens, in one pass from left to right.

Nothing is an error here: anything that cannot be part of a query becomes a token of its own kind,
and `search.parse.reading` decides. Meaningless punctuation leaves no token; if it may have been
meant as something, a note says how it was read.
"""

import functools
import re
from dataclasses import replace

from index.dates import months
from index.query import ReadingNote, TextField
from index.text.messages import Message
from search.parse import characters as chars
from search.parse import pieces
from search.parse.fields import DateField, Field, nearest, resolve
from search.parse.quotations import Quotations
from search.parse.tokens import Kind, Token

_KEYWORDS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
_LOGICAL_KINDS = dict(zip(chars.LOGICAL_SIGNS, _KEYWORDS.values(), strict=True))
_OPERATORS_ELSEWHERE = {"&&": "AND", "||": "OR", "UND": "AND", "ODER": "OR", "NICHT": "NOT"}
"""Words here, because people also use them as words ("das ist NICHT wahr")."""

_SUSPENDING = frozenset(["und", "oder", "bzw", "bzw.", "sowie", "en", "of", "och", "og", "eller"])
"""Conjunctions after which `-export` is the rest of a compound (`Import und -export`)."""

_NAME = re.compile(r"[^\W\d_]\w*")
_ENDING = re.compile(r"(?:in|innen|r|n|s)\b")
"""Endings that German and Nordic words have after a colon: `Bürger:innen`, `EU:n`."""

_DAY = re.compile(r"\d{1,2}\.")
_SHORT_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.")

_SMILEY = re.compile(r"[:;=][-^']?[()]+(?=\s|$)")
_EYES = re.compile(r"[:;=][-^']?$")

_CAN_TAKE_SUFFIX = frozenset(
    [Kind.WORD, Kind.PATTERN, Kind.PHRASE, Kind.VALUE, Kind.CLOSE, Kind.NEARNESS, Kind.BOOST]
)
_EXPECTS_OPERAND = frozenset([Kind.FIELD, Kind.UNKNOWN_FIELD, Kind.PLUS, Kind.MINUS])


@functools.lru_cache(maxsize=64)
def lexed(text: str) -> tuple[tuple[Token, ...], tuple[ReadingNote, ...]]:
    """The tokens of a query, and notes on how it was read; cached, because a search needs them
    twice.
    """
    lexer = Lexer(chars.normalise(text))
    return tuple(lexer.tokens()), tuple(lexer.notes)


class Lexer:
    """The tokens of one query; `notes` collects remarks while they are read."""

    def __init__(self, typed: chars.Typed) -> None:
        self.notes: list[ReadingNote] = []
        self._columns = typed.columns
        self._text = typed.text
        self._at = 0
        self._tokens: list[Token] = []
        self._quotations = Quotations(typed.text)

    def tokens(self) -> list[Token]:
        """All tokens, the last of kind END."""
        while self._at < len(self._text):
            self._step()
        self._add(Kind.END, "", len(self._text))
        return self._tokens

    def _step(self) -> None:
        char = self._text[self._at]
        if char in _LOGICAL_KINDS:
            self._add(_LOGICAL_KINDS[char], char, self._at + 1)
        elif chars.ends_word(self._text, self._at):
            self._at += 1
        elif self._begins_piece() and (smiley := _SMILEY.match(self._text, self._at)):
            self._at = smiley.end()
        elif char in "()" and self._is_mouth():
            self._at = self._mouth_end()
        elif char in chars.OPENING:
            self._add(Kind.OPEN, char, self._at + 1)
        elif char in chars.CLOSING:
            self._add(Kind.CLOSE, char, self._at + 1)
        elif chars.closers(char):
            self._quote(char)
        elif self._is_suffix(char) or (char in "~=" and self._wording(char)):
            pass
        elif self._is_sign(char):
            self._add(Kind.PLUS if char in chars.PLUS_SIGNS else Kind.MINUS, char, self._at + 1)
        elif not self._field():
            self._word()

    def _add(
        self,
        kind: Kind,
        text: str,
        end: int,
        raw: str = "",
        escaped: frozenset[int] = frozenset(),
        prefix: str = "",
    ) -> None:
        """Append the token from here to `end`, and move there."""
        start = self._columns[self._at]
        is_glued = self._glued_to() is not None
        token = Token(kind, text, start, self._columns[end], raw or text, escaped, is_glued, prefix)
        self._tokens.append(token)
        self._at = end

    def _note(self, text: str, at: int) -> None:
        self.notes.append(ReadingNote(text, self._columns[at]))

    def _char(self, at: int) -> str:
        """The character at `at`; empty outside the text."""
        return self._text[at : at + 1] if at >= 0 else ""

    def _glued_to(self) -> Kind | None:
        """The kind of the token that ends here."""
        if self._tokens and self._tokens[-1].end == self._columns[self._at]:
            return self._tokens[-1].kind
        return None

    def _begins_piece(self) -> bool:
        """Whether, judging by what precedes it, a sign, field or word may begin here."""
        before = self._char(self._at - 1)
        return not before or before in chars.OPENING or chars.ends_word(self._text, self._at - 1)

    def _begins_operand(self, at: int) -> bool:
        """Whether the text at `at` can be a word, a phrase or a group."""
        char = self._char(at)
        if not char or char.isspace():
            return False
        if char in "=~":
            return self._is_wording(at)
        if char in chars.OPENING or char in "\\*" or chars.closers(char):
            return True
        start, end = chars.word_edges(self._text[at : at + 2], frozenset())
        return start == 0 and end > 0

    def _is_mouth(self) -> bool:
        """Whether the parenthesis here ends a smiley that is glued to a word (`Sieg:)`)."""
        has_eyes = _EYES.search(self._text, max(0, self._at - 2), self._at)
        behind = self._char(self._mouth_end())
        return bool(has_eyes) and (not behind or behind.isspace())

    def _mouth_end(self) -> int:
        at = self._at
        while self._char(at) == self._text[self._at]:
            at += 1
        return at

    def _quote(self, opener: str) -> None:
        before = self._char(self._at - 1)
        is_behind_word = bool(before) and chars.is_word_char(before)
        if is_behind_word and not chars.is_spaceless(before):
            self._stray_quote(opener)
        elif quotation := self._quotations.opened_at(self._at):
            text, escaped = pieces.unescaped(self._text, quotation.start, quotation.end)
            if not escaped and re.search(r"\w\*", text):
                self._note(Message("* between quotes is an ordinary character"), self._at)
            self._add(Kind.PHRASE, " ".join(text.split()), quotation.after)
        elif opener in chars.SINGLE_QUOTES:
            self._at += 1
        else:
            self._add(Kind.UNCLOSED_QUOTE, opener, self._at + 1)

    def _is_wording(self, at: int) -> bool:
        """Whether the sign at `at` says how the phrase or word behind it is written."""
        behind = self._char(at + 1)
        if not behind or behind in chars.SINGLE_QUOTES:
            return False
        is_word = self._text[at] == "=" and (chars.is_word_char(behind) or behind == "\\")
        return is_word or bool(chars.closers(behind))

    def _wording(self, sign: str) -> bool:
        """Read `~"…"`, a phrase in any form, or `=word` and `="…"`, in exactly this one."""
        is_operand = self._begins_piece() or self._glued_to() in _EXPECTS_OPERAND
        if not is_operand or not self._is_wording(self._at):
            return False
        if chars.closers(self._char(self._at + 1)):
            quotation = self._quotations.opened_at(self._at + 1)
            if quotation is None:
                return False
            text, _ = pieces.unescaped(self._text, quotation.start, quotation.end)
            self._add(Kind.PHRASE, " ".join(text.split()), quotation.after, prefix=sign)
            return True
        end = pieces.word_end(self._text, self._at + 1)
        whole, escaped = pieces.unescaped(self._text, self._at + 1, end)
        start, stop = chars.word_edges(whole, escaped)
        self._add(Kind.PHRASE, whole[start:stop], end, prefix=sign)
        return True

    def _stray_quote(self, char: str) -> None:
        """A quote after a word closes nothing; inches and apostrophes are not faults."""
        if char in chars.SINGLE_QUOTES or self._char(self._at - 1).isdigit():
            self._at += 1
        else:
            self._add(Kind.STRAY_QUOTE, char, self._at + 1)

    def _is_sign(self, char: str) -> bool:
        if char not in chars.PLUS_SIGNS + chars.MINUS_SIGNS + chars.DASH:
            return False
        if not self._begins_piece() or not self._begins_operand(self._at + 1):
            return False
        if pieces.is_signed_number(self._text, self._at):
            return False
        if char in chars.DASH:
            self._note(
                Message("{0} is a dash; to exclude what follows, write - instead", char), self._at
            )
            return False
        return char in chars.PLUS_SIGNS or not self._is_suspended()

    def _is_suspended(self) -> bool:
        if not self._tokens or self._tokens[-1].raw not in _SUSPENDING:
            return False
        if self._tokens[-1].kind is not Kind.WORD or not self._char(self._at + 1).islower():
            return False
        self._note(Message("the - here is read as a hyphen, not as an exclusion"), self._at)
        return True

    def _is_suffix(self, sign: str) -> bool:
        """Read `~2` or `^2`, if there is one here."""
        if sign not in "~^" or self._glued_to() not in _CAN_TAKE_SUFFIX:
            return False
        found = (pieces.nearness if sign == "~" else pieces.boost)(self._text, self._at)
        if found is None:
            return False
        self._add(Kind.NEARNESS if sign == "~" else Kind.BOOST, *found)
        return True

    def _field(self) -> bool:
        """Read `name:`, if there is one here."""
        if not self._begins_piece() and self._glued_to() not in (
            Kind.PLUS,
            Kind.MINUS,
            Kind.UNCLOSED_QUOTE,
        ):
            return False
        match = _NAME.match(self._text, self._at)
        if not match:
            return False
        name, behind = match[0], self._char(match.end())
        field = resolve(name)
        if field is DateField.DATE and behind and behind in "<>≤≥":
            self._add(Kind.FIELD, name, match.end())
            self._value(field)
            return True
        if not behind or behind not in chars.COLONS:
            return False
        if field is None:
            return self._unknown_field(name, match.end())
        if self._char(match.end() + 1).isspace():
            hint = Message(
                "“{0}:” is read as a word; "
                "to search that field, write {1}: without a space after it",
                name,
                name.lower(),
            )
            return self._loose_colon(name, match.end(), hint)
        self._add(Kind.FIELD, name, match.end() + 1)
        self._value(field)
        return True

    def _loose_colon(self, name: str, colon: int, hint: str = "") -> bool:
        self._note(hint or Message("“{0}:” is read as a word", name), colon)
        self._add(Kind.WORD, name, colon)
        self._at += 1
        return True

    def _unknown_field(self, name: str, colon: int) -> bool:
        """Distinguish a misspelt field from a colon that belongs to a word or a sentence."""
        behind = self._char(colon + 1)
        if pieces.is_url(self._text, self._at):
            return False
        is_prose = self._text[colon] != ":" or any(map(chars.is_spaceless, name))
        if is_prose or not behind or behind.isspace():
            return self._loose_colon(name, colon)
        ending = _ENDING.match(self._text, colon + 1)
        is_inflected = ending is not None and (name[0].isupper() or ending[0] == "innen")
        is_acronym = name.isupper() and behind.isalnum() and nearest(name) is None
        if is_inflected or is_acronym or not self._begins_operand(colon + 1):
            return False
        self._add(Kind.UNKNOWN_FIELD, name, colon + 1)
        return True

    def _value(self, field: Field) -> None:
        """The unquoted value of a field that is matched as a whole."""
        first = self._char(self._at)
        if isinstance(field, TextField) or first in chars.OPENING or chars.closers(first):
            return
        is_date = isinstance(field, DateField)
        value_end = pieces.date_value_end if is_date else pieces.value_end
        end = value_end(self._text, self._at)
        if end > self._at:
            text, escaped = pieces.unescaped(self._text, self._at, end)
            self._add(Kind.VALUE, text, end, escaped=escaped)

    def _word(self) -> None:
        if self._begins_piece() and pieces.is_url(self._text, self._at):
            self._url()
            return
        end = pieces.word_end(self._text, self._at)
        whole, escaped = pieces.unescaped(self._text, self._at, end)
        is_operand = self._glued_to() in _EXPECTS_OPERAND
        if whole in _KEYWORDS and not escaped and not is_operand:
            self._add(_KEYWORDS[whole], whole, end)
            return
        escaped |= {
            at
            for at, char in enumerate(whole)
            if (char == "*" and chars.is_between_digits(whole, at))
            or (char == "*" and chars.is_gender_star(whole, at))
        }
        self._classify(whole, escaped, end)

    def _classify(self, whole: str, escaped: frozenset[int], end: int) -> None:
        """Add the token that is left of `whole` without surrounding punctuation."""
        start, stop = chars.word_edges(whole, escaped)
        text = whole[start:stop]
        if self._is_month_of_day(text):
            self._day(text, end)
            return
        if _SHORT_DATE.fullmatch(whole):
            text = whole
        inside = frozenset(at - start for at in escaped if start <= at < stop)
        wild = any(char in "*?" and at not in inside for at, char in enumerate(text))
        has_word = any(char.isalnum() for char in text)
        if whole in _OPERATORS_ELSEWHERE and not self._is_shouted(whole):
            meant = _OPERATORS_ELSEWHERE[whole]
            self._note(
                Message("{0} is not an operator; the operator is {1}", whole, meant), self._at
            )
        if has_word:
            if whole[0] in "~^":
                self._note(
                    Message("{0} does not follow a word and is read as {1}", whole, text), self._at
                )
            self._add(Kind.PATTERN if wild else Kind.WORD, text, end, whole, inside)
        elif wild and not self._is_multiplication(end):
            self._add(Kind.BARE_STAR, text, end, whole)
        else:
            self._at = end

    def _is_month_of_day(self, word: str) -> bool:
        """Whether a word is the month of the day before it: `30. Juni`."""
        before = self._tokens[-1] if self._tokens else None
        is_day = before is not None and before.kind is Kind.WORD and _DAY.fullmatch(before.raw)
        return bool(is_day) and months.number_of(word) is not None

    def _day(self, month: str, end: int) -> None:
        """Make one word of the day that was read last and its month."""
        day = self._tokens.pop()
        text, column = f"{day.raw} {month}", self._columns[end]
        self._tokens.append(replace(day, text=text, raw=text, end=column))
        self._at = end

    def _is_shouted(self, whole: str) -> bool:
        return whole.isalpha() and self._text.isupper()

    def _is_multiplication(self, end: int) -> bool:
        behind = self._text[end : end + 2].strip()
        return behind.isdigit() and bool(self._tokens) and self._tokens[-1].text.isdigit()

    def _url(self) -> None:
        """A web address is one word without wildcards."""
        end = pieces.url_end(self._text, self._at)
        whole = self._text[self._at : end]
        start, stop = chars.word_edges(whole, frozenset())
        text = whole[start:stop]
        self._add(Kind.WORD, text, end, whole, frozenset(range(len(text))))

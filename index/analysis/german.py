"""German roots: genitives of names, words that stems or folding would confuse.

The dictionary has few names, and Snowball takes a final s off only behind some letters, so names
lose it here. Word pairs that differ in an umlaut (`Forderung`, `Förderung`) keep a spelling of
their own besides the common term; pairs that differ in a final e (`Kohl`, `Kohle`) have different
terms. ae, oe and ue are umlauts except in words that the dictionary spells so (`Poet`).
"""

from collections.abc import Callable

from index.analysis import folding

Lemma = Callable[[str], str | None]

_ABBREVIATIONS = {
    "mio": "million", "mill": "million", "mrd": "milliarde", "bio": "billion", "tsd": "tausend",
    "paragraf": "paragraph", "paragrafen": "paragraph",
}  # fmt: skip
# Words of their own that end like a genitive of another.
_OWN_S = frozenset(
    [
        "andreas", "azulejos", "azzurris", "basis", "callas", "casas", "diabolos", "draus", "drops",
        "durchhaus", "elias", "epiphanias", "etwas", "flaus", "grips", "holzhaus", "lagos",
        "landaus", "lukas", "malus", "marcos", "moros", "namas", "news", "papps", "paris",
        "philips", "primas", "raus", "santos", "siqueiros", "taras", "thomas", "vegas",
    ]
)  # fmt: skip
# Words of other origin that begin so have no umlaut.
_NO_UMLAUT = ("aero", "koeff", "koexist", "poet", "duell")
_SHORTEST_NAME = 3
_SHORTEST_KNOWN = 4
# Nouns whose stem is that of the same noun with a final e: Kohl and Kohle, Reis and Reise.
_WITHOUT_E = (
    "akt", "buch", "cousin", "deck", "frank", "heroin", "kant", "kart", "klaus", "kohl", "list",
    "mark", "not", "platin", "pol", "rat", "reis", "schulz", "seit", "streif", "trupp",
)  # fmt: skip
_VOWEL_PAIRS = {"a": "ä", "o": "ö", "u": "ü", "ä": "a", "ö": "o", "ü": "u"}


def _fixed_stems() -> dict[str, str]:
    fixed: dict[str, str] = {}
    for noun in _WITHOUT_E:
        fixed |= {noun: noun, f"{noun}s": noun, f"{noun}es": noun}
    for noun in _WITHOUT_E:
        fixed |= {f"{noun}e": f"{noun}e", f"{noun}en": f"{noun}e"}
    return fixed


class GermanWords:
    """Terms and spellings of lower-case words; `lemma` is the dictionary, `stem` Snowball."""

    def __init__(self, lemma: Lemma, stem: Callable[[str], str]) -> None:
        self._lemma = lemma
        self._stem = stem
        self._fixed = _fixed_stems()

    def term(self, word: str) -> str:
        """The folded stem of a word's dictionary form; names lose the s of the genitive."""
        found = self._found(word)
        if self._is_genitive(word, found):
            return self.term(word[:-1])
        form = _ABBREVIATIONS.get(word) or found or word
        if fixed := self._fixed.get(word) or self._fixed.get(form):
            return fixed
        if folding.with_umlauts(form) and (found or word.startswith(_NO_UMLAUT)):
            # Snowball would read an umlaut, too.
            return folding.fold(form)
        return folding.fold_german(self._stem(form))

    def spelling(self, word: str) -> str | None:
        """The dictionary form of a word that an umlaut tells from another word; None for others."""
        found = self._found(word)
        if found is None or word in self._fixed or found in self._fixed:
            return None
        # The dictionary takes some plurals for verbs: bürgern.
        forms = (found, found.removesuffix("n"), found.removesuffix("en"))
        return next((form for form in forms if self._has_double(form)), None)

    def _has_double(self, form: str) -> bool:
        """Whether a dictionary form is another one with an umlaut more or less."""
        if len(form) < _SHORTEST_KNOWN or self._lemma(form) not in (form, form + "n"):
            return False
        changed = (
            form[:at] + _VOWEL_PAIRS[letter] + form[at + 1 :]
            for at, letter in enumerate(form)
            if letter in _VOWEL_PAIRS
        )
        return any(self._lemma(other) == other for other in changed)

    def _found(self, word: str) -> str | None:
        respelled = folding.with_umlauts(word)
        return (self._lemma(respelled) if respelled else None) or self._lemma(word)

    def _is_genitive(self, word: str, found: str | None) -> bool:
        base = word[:-1]
        if not word.endswith("s") or not base.isalpha() or base[-1:] in ("s", "ß", "x", "z"):
            return False
        if word in _OWN_S or word in self._fixed or found not in (None, word, base):
            return False
        if found == word:
            return len(base) >= _SHORTEST_KNOWN and self._lemma(base) == base
        return len(base) >= _SHORTEST_NAME

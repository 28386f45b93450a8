"""The parts of a language's compounds: family sizes, counted over a dictionary.

The lexicon says in how many compounds a form is the modifier ("Bundes", "Schul") and in how many
the head ("Wahl", "Wahlen"). It is opened when the first word of its language is analysed.
"""

import functools
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from index.analysis.folding import with_umlauts
from index.analysis.word_tables import WordTable, open_table

COMPOUNDING = ("da", "de", "nl", "no", "sv")
"""The languages that have a lexicon, by their code in Snowball."""


def _as_spelled(word: str) -> str | None:
    return None


def _any(modifier: str, head: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class CompoundLexicon:
    """Family sizes by form (lower case; German ß as ss).

    An entry of `families` is "MODIFIER HEAD CITATION": both counts, and the word that a modifier
    represents if it is not a word itself. `whole` are the words that are never taken apart, with
    the `endings` they may have. `respelled` gives another spelling to try, `may_end` judges a
    modifier before a head.
    """

    families: WordTable
    whole: frozenset[str]
    endings: tuple[str, ...]
    genitive: str = ""
    respelled: Callable[[str], str | None] = _as_spelled
    may_end: Callable[[str, str], bool] = _any

    def modifier(self, form: str) -> float:
        """The number of compounds in which the form is the modifier."""
        family = self.families.get(form)
        return float(family.split(" ", 1)[0]) if family else 0.0

    def head(self, form: str) -> float:
        """The number of compounds in which the form, or the word it is the genitive of, is the
        head.
        """
        count = self._own_head(form)
        if not count and self.genitive and form.endswith(self.genitive):
            return self._own_head(form.removesuffix(self.genitive)) / 2
        return count

    def _own_head(self, form: str) -> float:
        family = self.families.get(form)
        return float(family.split(" ", 2)[1]) if family else 0.0

    def citation(self, form: str) -> str:
        """The word that a modifier represents."""
        family = self.families.get(form)
        return (family.split(" ", 2)[2] if family else "") or form

    def is_whole(self, word: str) -> bool:
        """Whether a word, or the word it is an inflected form of, is never split."""
        return word in self.whole or any(
            word.endswith(ending) and word.removesuffix(ending) in self.whole
            for ending in self.endings
        )


@functools.cache
def lexicon_of(language: str, kept_in: Path | None = None) -> CompoundLexicon:
    """The lexicon of one of `COMPOUNDING`: from `kept_in` in milliseconds, else in 0.1 to 0.3 s."""
    data = resources.files("index.analysis") / "data"
    packed = (data / f"{language}_compounds.txt.gz").read_bytes()
    digest = hashlib.sha256(packed).hexdigest()[:16]
    listed = (data / f"{language}_whole.txt").read_text(encoding="utf-8").splitlines()
    whole = (word for line in listed if not line.startswith("#") for word in line.split())
    is_german = language == "de"
    return CompoundLexicon(
        families=open_table(
            kept_in,
            f"compounds-{digest}-{language}",
            entries=lambda: _families(packed).items(),
            instead=lambda: _families(packed),
        ),
        whole=frozenset(whole),
        endings=_ENDINGS[language],
        genitive="" if is_german else "s",
        respelled=with_umlauts if is_german else _as_spelled,
        may_end=_may_end_in_german if is_german else _any,
    )


def _families(packed: bytes) -> dict[str, str]:
    forms, *columns = (line.split(" ") for line in gzip.decompress(packed).decode().split("\n"))
    return {form: " ".join(entry) for form, *entry in zip(forms, *columns, strict=True)}


_ENDINGS = {
    "da": ("en", "et", "n", "t", "er", "r", "e", "s", "ne", "erne"),
    "de": ("s", "n", "e", "r", "en", "es", "er", "em", "ns"),
    "nl": ("s", "en", "n", "e", "je"),
    "no": ("en", "et", "n", "t", "er", "r", "e", "s", "a", "ene", "ne"),
    "sv": ("en", "et", "n", "t", "er", "ar", "or", "na", "s", "a", "erna", "arna"),
}


def _may_end_in_german(modifier: str, head: str) -> bool:
    """Participles ("Studierende") are not compounds of "Ende"; "Jahresende" is one."""
    if head not in ("ende", "enden", "endes"):
        return True
    return modifier == "wochen" or (modifier.endswith("s") and len(modifier) > len("reis"))

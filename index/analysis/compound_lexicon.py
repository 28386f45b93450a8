"""What a language's compounds are made of: family sizes, counted over a dictionary.

The lexicon tells in how many compounds a form stands as modifier ("Bundes", "Schul") and as head
("Wahl", "Wahlen"). It is read where the first word of its language is analysed.
"""

import functools
import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from index.analysis.folding import with_umlauts

COMPOUNDING = ("da", "de", "nl", "no", "sv")
"""The languages that have a lexicon, by their code in Snowball."""


def _as_spelled(word: str) -> str | None:
    return None


def _any(modifier: str, head: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class CompoundLexicon:
    """Family sizes by form (lower case; German ß as ss).

    `citations` give the word that a modifier stands for where it is none itself, `whole` the words
    that are never taken apart, with the `endings` they may have. `respelled` gives another spelling
    to try, `may_end` judges a modifier before a head.
    """

    modifiers: Mapping[str, float]
    heads: Mapping[str, float]
    citations: Mapping[str, str]
    whole: frozenset[str]
    endings: tuple[str, ...]
    genitive: str = ""
    respelled: Callable[[str], str | None] = _as_spelled
    may_end: Callable[[str, str], bool] = _any

    def modifier(self, form: str) -> float:
        """In how many compounds the form is modifier."""
        return self.modifiers.get(form, 0.0)

    def head(self, form: str) -> float:
        """In how many compounds the form, or what it is the genitive of, is head."""
        count = self.heads.get(form, 0.0)
        if not count and self.genitive and form.endswith(self.genitive):
            return self.heads.get(form.removesuffix(self.genitive), 0.0) / 2
        return count

    def is_whole(self, word: str) -> bool:
        """Whether a word, or what it is an inflected form of, is never taken apart."""
        return word in self.whole or any(
            word.endswith(ending) and word.removesuffix(ending) in self.whole
            for ending in self.endings
        )


@functools.cache
def lexicon_of(language: str) -> CompoundLexicon:
    """The lexicon of one of `COMPOUNDING`, read once (some 50 ms)."""
    data = resources.files("index.analysis") / "data"
    packed = (data / f"{language}_compounds.txt.gz").read_bytes()
    lines = [line.split(" ") for line in gzip.decompress(packed).decode().split("\n")]
    forms, as_modifier, as_head, citations = lines
    listed = (data / f"{language}_whole.txt").read_text(encoding="utf-8").splitlines()
    whole = (word for line in listed if not line.startswith("#") for word in line.split())
    is_german = language == "de"
    return CompoundLexicon(
        modifiers=_counted(forms, as_modifier),
        heads=_counted(forms, as_head),
        citations={form: word for form, word in zip(forms, citations, strict=True) if word},
        whole=frozenset(whole),
        endings=_ENDINGS[language],
        genitive="" if is_german else "s",
        respelled=with_umlauts if is_german else _as_spelled,
        may_end=_may_end_in_german if is_german else _any,
    )


def _counted(forms: Sequence[str], counts: Sequence[str]) -> dict[str, float]:
    return {form: float(n) for form, n in zip(forms, counts, strict=True) if n != "0"}


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

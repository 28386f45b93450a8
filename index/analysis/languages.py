"""What each language needs beyond the common analysis, and `analyzer_for`."""

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from index.analysis import folding
from index.analysis.analyzer import LanguageAnalyzer, Rules
from index.analysis.compound_lexicon import COMPOUNDING, lexicon_of
from index.analysis.compounds import CompoundSplitter
from index.analysis.german import GermanWords
from index.analysis.lemmas import DICTIONARIES, lemma_list_version, lemmatizer_for
from index.analysis.stemming import ALGORITHMS, stemmer_for, stemmer_version
from index.analysis.stopwords import stop_words_for
from index.domain import UNKNOWN_LANGUAGE
from index.protocols import Analyzer

# Raise this whenever the terms of any word change.
_VERSION = 4

# Clitics, removed because they carry no meaning: French l'avion, Italian dell'acqua, English 's,
# and the case endings that Turkish writes after an apostrophe.
_CLITICS = {
    "fr": r"(?i)^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=\w)",
    "ca": r"(?i)^[dlmnst]'(?=\w)",
    "it": (
        r"(?i)^(?:[cdlmnstv]|gl|un|all|dall|dell|nell|sull|coll|quell|quest|bell|sant|senz)'(?=\w)"
    ),
    "ga": r"(?i)^[bdm]'(?=\w)",
    "en": r"(?i)'s?$",
    "de": r"(?i)'s?$",
    "nl": r"(?i)'s$",
    "da": r"(?i)'s?$",
    "sv": r"(?i)'s?$",
    "no": r"(?i)'s?$",
    "tr": r"'\w*$",
    "az": r"'\w*$",
}
_RESPELLINGS = {
    # The letters with a comma below are often typed with a cedilla.
    "ro": str.maketrans("şţ", "șț"),
    # Snowball and the word lists have е for ё.
    "ru": str.maketrans("ё", "е"),
}
# Portuguese -ção, -ções, typed with or without their marks; Snowball keeps the two apart.
_NASAL_ENDING = re.compile(r"(?<=[çcs])(?:ões|oes|ao)$")
_SAME_ANALYSIS = {"nb": "no", "nn": "no"}


def analyzer_for(language: str, *, kept_in: Path | None = None) -> Analyzer:
    """The analysis of a BCP 47 primary subtag; unknown ones get folding without stems.

    Word lists that are slow to read are cached in the folder `kept_in` in a form that is fast.
    """
    return _analyzer(language.split("-")[0].lower() or UNKNOWN_LANGUAGE, kept_in)


@functools.cache
def _analyzer(language: str, kept_in: Path | None) -> Analyzer:
    kind = _SAME_ANALYSIS.get(language, language)
    rules = Rules(
        language=language,
        version=_version_of(language, kind),
        lower=folding.lower_turkish if kind in ("tr", "az") else folding.lower,
        bare=_bare_for(kind),
        term=_term_for(kind, kept_in),
        parts=_parts_for(kind, kept_in),
        leaves=_leaves_for(kind, kept_in),
        splits=_splits_for(kind, kept_in),
        fold=folding.fold,
        stop_words=stop_words_for(kind),
        keeps_marks=kind == "vi",
    )
    if kind == "de":
        words = GermanWords(lemmatizer_for(kind, kept_in), stemmer_for(kind))
        rules = replace(rules, term=words.term, spelling=words.spelling, fold=folding.fold_german)
    return LanguageAnalyzer(rules)


def _version_of(language: str, kind: str) -> str:
    stems = f"+snowball-{stemmer_version()}" if kind in ALGORITHMS else ""
    lemmas = f"+simplemma-{lemma_list_version()}" if kind in DICTIONARIES else ""
    return f"{language}/{_VERSION}{stems}{lemmas}"


def _bare_for(language: str) -> Callable[[str], str]:
    pattern = _CLITICS.get(language)
    return functools.partial(re.compile(pattern).sub, "") if pattern else str


def _term_for(language: str, kept_in: Path | None) -> Callable[[str], str]:
    """The folded stem of a word's dictionary form."""
    lemma, stem = lemmatizer_for(language, kept_in), stemmer_for(language)
    respelling = _RESPELLINGS.get(language, {})

    def term(word: str) -> str:
        word = word.translate(respelling)
        return folding.fold(stem(lemma(word) or word))

    def portuguese_term(word: str) -> str:
        return folding.fold(stem(re.sub("cão$", "ção", _NASAL_ENDING.sub("ão", word))))

    return portuguese_term if language == "pt" else term


def _no_parts(word: str) -> Sequence[str]:
    return ()


def _parts_for(language: str, kept_in: Path | None) -> Callable[[str], Sequence[str]]:
    """The parts of compounds; the lexicon is read with the first word that asks for it."""

    def parts(word: str) -> Sequence[str]:
        return _splitter(language, kept_in).parts(word.replace("ß", "ss"))

    return parts if language in COMPOUNDING else _no_parts


def _leaves_for(language: str, kept_in: Path | None) -> Callable[[str], Sequence[str]]:
    """The smallest parts of compounds, in order."""

    def leaves(word: str) -> Sequence[str]:
        return _splitter(language, kept_in).leaves(word.replace("ß", "ss"))

    return leaves if language in COMPOUNDING else _no_parts


def _no_splits(word: str) -> Sequence[tuple[str, str]]:
    return ()


def _splits_for(language: str, kept_in: Path | None) -> Callable[[str], Sequence[tuple[str, str]]]:
    """The pairs of words that a compound may be."""

    def splits(word: str) -> Sequence[tuple[str, str]]:
        return _splitter(language, kept_in).splits(word.replace("ß", "ss"))

    return splits if language in COMPOUNDING else _no_splits


@functools.cache
def _splitter(language: str, kept_in: Path | None) -> CompoundSplitter:
    return CompoundSplitter(lexicon_of(language, kept_in))

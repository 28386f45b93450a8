"""Dictionary forms from simplemma's word lists, for languages where they help before stemming.
simplemma unpacks a whole list for its first word, which takes seconds for the largest, so the
lists are kept as word tables. It is imported only when a list is really read, because importing
it compiles patterns for a tenth of a second.
"""

import functools
import importlib.metadata
from collections.abc import Callable, Iterator
from pathlib import Path

from index.analysis.word_tables import WordTable, open_table

# Strongly inflecting languages, chosen by measurement (docs/languages.md), and those that Snowball
# has no stemmer for. "hbs" is simplemma's code for Bosnian, Croatian and Serbian in Latin script.
DICTIONARIES = {
    "bg": "bg", "bs": "hbs", "cs": "cs", "de": "de", "el": "el", "gl": "gl",
    "hr": "hbs", "is": "is", "ka": "ka", "lv": "lv", "mk": "mk", "pl": "pl", "ro": "ro",
    "ru": "ru", "sk": "sk", "sl": "sl", "sq": "sq", "tr": "tr", "uk": "uk",
}  # fmt: skip


def lemma_list_version() -> str:
    """The version of the word lists: part of the versions of the analyzers that use them."""
    return importlib.metadata.version("simplemma")


def lemmatizer_for(language: str, kept_in: Path | None) -> Callable[[str], str | None]:
    """From a lower-case word to its dictionary form, lower case; None for unknown words.

    The list is opened with the first word, from `kept_in`.
    """
    code = DICTIONARIES.get(language)
    if code is None:
        return _unknown

    def lemma(word: str) -> str | None:
        words = word_list(code, kept_in)
        # German nouns are listed with an initial capital.
        found = words.get(word) or words.get(word.capitalize())
        return None if found is None else found.lower()

    return lemma


def _unknown(word: str) -> str | None:
    return None


@functools.cache
def word_list(code: str, kept_in: Path | None) -> WordTable:
    """The list of a language by simplemma's code: each form with its dictionary form."""
    return open_table(
        kept_in,
        f"simplemma-{lemma_list_version()}-{code}",
        entries=lambda: _entries(code),
        instead=lambda: _streamed(code),
    )


def _entries(code: str) -> Iterator[tuple[str, str]]:
    from simplemma.strategies import DefaultDictionaryFactory

    # As a dict: quick to read from end to end, and dropped afterwards.
    yield from DefaultDictionaryFactory(cache_max_size=1).get_dictionary(code).items()


def _streamed(code: str) -> WordTable:
    from simplemma.strategies import StreamDictionaryFactory

    return StreamDictionaryFactory(cache_max_size=1).get_dictionary(code)

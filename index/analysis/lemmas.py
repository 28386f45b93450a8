"""Dictionary forms from simplemma's word lists, for languages where they help before stemming.

The lists are read in their compact form: some 25 MB and half a second for the largest, 10 µs a
look-up; the analyzer remembers words, so a text's words are rarely looked up.
"""

import functools
import importlib.metadata
from collections.abc import Callable, Mapping

from simplemma.strategies import StreamDictionaryFactory

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


def lemmatizer_for(language: str) -> Callable[[str], str | None]:
    """From a lower-case word to its dictionary form, lower case; None for unknown words."""
    code = DICTIONARIES.get(language)
    if code is None:
        return _unknown

    def lemma(word: str) -> str | None:
        words = _dictionary(code)
        # German nouns are listed with a capital.
        found = words.get(word) or words.get(word.capitalize())
        return None if found is None else found.lower()

    return lemma


def _unknown(word: str) -> str | None:
    return None


@functools.cache
def _dictionary(code: str) -> Mapping[str, str]:
    return StreamDictionaryFactory(cache_max_size=1).get_dictionary(code)

"""The fingerprints of a text: its hash, its word 3-grams, the names and numbers in it.

Words here are plain runs of letters and digits, case-folded, or single characters in scripts
written without spaces: copies are copies in any language, and stories cross languages.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from index.domain import Article

SHINGLE_WORDS = 3
MOST_NAMES = 96
"""The most names kept per article, the first ones: the lead mentions what matters."""

Names = NDArray[np.uint32]
"""`(n,) uint32`: hashes of names, ascending, each once."""

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")
_SHORTEST_NAME = 3


def words(text: str) -> list[str]:
    """The words of a text, case-folded."""
    return _WORD.findall(text.casefold())


def text_hash(text_words: list[str]) -> int:
    """A signed 64-bit hash of a text, ignoring case, punctuation and white space."""
    digest = blake2b(" ".join(text_words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def shingles(text_words: list[str]) -> frozenset[str]:
    """All runs of three words; for a shorter text, all of it."""
    last = max(1, len(text_words) - SHINGLE_WORDS + 1)
    return frozenset(" ".join(text_words[at : at + SHINGLE_WORDS]) for at in range(last))


def named(article: Article, is_stop_word: Callable[[str], bool]) -> list[str]:
    """Words that may be names, as written, each once: capitalised words and numbers.

    In scripts without case, any word may be one. Names are worth comparing because they are mostly
    the same word in other languages.
    """
    found: dict[str, str] = {}
    for word in _WORD.findall(f"{article.title}\n{article.text[article.body_start :]}"):
        if _may_be_name(word) and folded(word) not in found and not is_stop_word(word):
            found[folded(word)] = word
            if len(found) == MOST_NAMES:
                break
    return list(found.values())


def _may_be_name(word: str) -> bool:
    if word[0].isdigit():
        return len(word) > 1
    is_lower = word[0].lower() == word[0] != word[0].upper()
    return len(word) >= _SHORTEST_NAME and not is_lower


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """Case and diacritics folded."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=65_536)
def name_hash(word: str) -> int:
    """A 32-bit hash of a name, the same for spellings that differ only in case or diacritics."""
    return int.from_bytes(blake2b(folded(word).encode(), digest_size=4).digest())


def hashed(found: list[str]) -> Names:
    """The hashes of names."""
    return np.unique(np.array([name_hash(word) for word in found], np.uint32))

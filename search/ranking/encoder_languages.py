"""The languages that known encoders understand across: a question in one, a text in another.

An archive in one language cannot show what its encoder does with questions in others. These are
facts about the encoders that newsearch names; of others nothing is known beforehand.
"""

FAST = frozenset({
    "ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh",
})  # fmt: skip
"""As published for universal-sentence-encoder-multilingual (Yang et al. 2019)."""


def understands(encoder: str, language: str) -> bool | None:
    """Return whether an encoder, by its identity's name, is good at a language; None: unknown."""
    if encoder in ("multilingual-4bit", "multilingual-full"):
        return True
    if encoder == "fast":
        return language in FAST
    if encoder in ("english", "bundled"):
        return language == "en"
    return None

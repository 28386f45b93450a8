"""Languages by their English names and their codes of three letters, as exports write them."""

_TAGS = {
    "afrikaans": "af", "albanian": "sq", "arabic": "ar", "armenian": "hy", "azerbaijani": "az",
    "basque": "eu", "belarusian": "be", "bengali": "bn", "bosnian": "bs", "bulgarian": "bg",
    "catalan": "ca", "chinese": "zh", "croatian": "hr", "czech": "cs", "danish": "da",
    "dutch": "nl", "english": "en", "estonian": "et", "finnish": "fi", "french": "fr",
    "galician": "gl", "georgian": "ka", "german": "de", "greek": "el", "hebrew": "he",
    "hindi": "hi", "hungarian": "hu", "icelandic": "is", "indonesian": "id", "irish": "ga",
    "italian": "it", "japanese": "ja", "korean": "ko", "latvian": "lv", "lithuanian": "lt",
    "macedonian": "mk", "malay": "ms", "maltese": "mt", "norwegian": "no", "persian": "fa",
    "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru", "serbian": "sr",
    "slovak": "sk", "slovenian": "sl", "spanish": "es", "swedish": "sv", "thai": "th",
    "turkish": "tr", "ukrainian": "uk", "urdu": "ur", "vietnamese": "vi", "welsh": "cy",
    "afr": "af", "alb": "sq", "sqi": "sq", "ara": "ar", "hye": "hy", "aze": "az", "eus": "eu",
    "bel": "be", "ben": "bn", "bos": "bs", "bul": "bg", "cat": "ca", "zho": "zh", "chi": "zh",
    "hrv": "hr", "ces": "cs", "cze": "cs", "dan": "da", "nld": "nl", "dut": "nl", "eng": "en",
    "est": "et", "fin": "fi", "fra": "fr", "fre": "fr", "glg": "gl", "kat": "ka", "deu": "de",
    "ger": "de", "ell": "el", "gre": "el", "heb": "he", "hin": "hi", "hun": "hu", "isl": "is",
    "ind": "id", "gle": "ga", "ita": "it", "jpn": "ja", "kor": "ko", "lav": "lv", "lit": "lt",
    "mkd": "mk", "msa": "ms", "mlt": "mt", "nor": "no", "nob": "nb", "nno": "nn", "fas": "fa",
    "per": "fa", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "srp": "sr",
    "slk": "sk", "slv": "sl", "spa": "es", "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk",
    "urd": "ur", "vie": "vi", "cym": "cy",
}  # fmt: skip


def tag_of_name(name: str) -> str | None:
    """The BCP 47 tag of a name or of an ISO 639-2 code; None if it is not known here."""
    return _TAGS.get(name.strip().casefold())

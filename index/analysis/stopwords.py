"""Stop words, which a bare query can do without. Used on queries only, never in indexing.

The lists are Snowball's function words as Whoosh ships them. Longer lists (hundreds of words) were
measured and made results worse; see docs/languages.md.
"""

from whoosh.lang.stopwords import stoplists

# Whoosh has no list for Arabic: prepositions, conjunctions, pronouns and question words.
_ARABIC = """
من إلى الى عن على في مع بين حتى منذ خلال عند عندما ثم أو او أم لا لم لن ما ماذا متى أين
اين كيف كم هل لماذا أي اي أية التي الذي الذين اللذان اللتان اللواتي هذا هذه ذلك تلك هؤلاء
أولئك هو هي هم هن هما أنا انا نحن أنت انت أنتم كان كانت كانوا يكون تكون ليس ليست قد لقد إن
ان أن كما كل بعض غير سوى إذا اذا لكن بل و ف ب ل ك ولا وما وهو وهي وفي ومن وقد فيها فيه
منها منه عليها عليه إليها إليه له لها لهم بها به بعد قبل حيث حول ضد لدى أثناء
"""
_ENGLISH_CONTRACTIONS = """
don't doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't won't wouldn't can't couldn't
shouldn't mustn't needn't i'm i've i'd i'll you're you've you'd you'll he's he'd he'll she's she'd
she'll it's it'd it'll we're we've we'd we'll they're they've they'd they'll that's there's what's
who's where's how's let's
"""


def stop_words_for(language: str) -> frozenset[str]:
    """The stop words of a language in lower case; empty if there is no list."""
    own = {"ar": _ARABIC, "en": _ENGLISH_CONTRACTIONS}.get(language, "")
    return frozenset(stoplists.get(language, ())) | frozenset(own.split())

"""The sentences of found articles that may answer a question, with its words in them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.domain import StoredArticle
from index.protocols import Snapshot
from index.query import Node
from index.text.sentences import sentence_spans
from search.results.snippets import title_highlights, trimmed

LEAST_CHARACTERS = 12
"""Shorter sentences are remains of tables, datelines and by-lines."""

MOST_CHARACTERS = 600
"""Longer ones are lists and tables; nobody reads them as a quotation."""

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """`article.text[start:end]` of the article at `place` in the ranking.

    `terms` are the question's index terms in it with their weights, `marks` where they are.
    `is_near`: it overlaps the article's chunk closest in meaning.
    """

    stored: StoredArticle
    place: int
    start: int
    end: int
    terms: Mapping[str, float]
    marks: tuple[tuple[int, int], ...]
    is_near: bool

    @property
    def text(self) -> str:
        """Return the sentence, word for word."""
        return self.stored.article.text[self.start : self.end]

    @property
    def words(self) -> frozenset[str]:
        """Return its distinct words, folded."""
        folded = unicodedata.normalize("NFKC", self.text).casefold()
        return frozenset(_WORD.findall(folded))

    @property
    def numbers(self) -> frozenset[str]:
        """Return its figures as written."""
        return frozenset(_NUMBER.findall(self.text))


def sentences_of(
    snapshot: Snapshot,
    node: Node,
    articles: Sequence[StoredArticle],
    chunks: Sequence[tuple[int, int] | None],
) -> list[Sentence]:
    """Return the sentences of articles, in order, with the words of `node` in them.

    `chunks` are the offsets of each article's chunk closest in meaning, if known.
    """
    found = []
    for place, (stored, chunk) in enumerate(zip(articles, chunks, strict=True)):
        article = stored.article
        words = snapshot.matching_words(node, article.language, article.text)
        at = 0
        for start, end in sentence_spans(article.text, article.language, article.body_start):
            start, end = trimmed(article.text, start, end)
            while at < len(words) and words[at].start < start:
                at += 1
            inside = []
            while at < len(words) and words[at].end <= end:
                inside.append(words[at])
                at += 1
            if not LEAST_CHARACTERS <= end - start <= MOST_CHARACTERS:
                continue
            terms: dict[str, float] = {}
            for word in inside:
                terms[word.term] = max(word.weight, terms.get(word.term, 0.0))
            found.append(
                Sentence(
                    stored,
                    place,
                    start,
                    end,
                    terms,
                    title_highlights(inside),
                    chunk is not None and start < chunk[1] and chunk[0] < end,
                )
            )
    return found


def shares(sentences: Sequence[Sentence]) -> list[float]:
    """Return the share of the question's words that each sentence contains, by weight.

    The whole are the words that any of the sentences contains: what none does tells nothing apart.
    """
    weights: dict[str, float] = {}
    for sentence in sentences:
        for term, weight in sentence.terms.items():
            weights[term] = max(weight, weights.get(term, 0.0))
    whole = sum(weights.values())
    if not whole:
        return [0.0] * len(sentences)
    return [sum(sentence.terms.values()) / whole for sentence in sentences]


def say_the_same(one: Sentence, other: Sentence) -> bool:
    """Return whether two sentences have the same figures and nearly the same words."""
    if one.numbers != other.numbers:
        return False
    ours, theirs = one.words, other.words
    return len(ours & theirs) >= SAME_WORDS * len(ours | theirs)


SAME_WORDS = 0.75
"""The share of words that two sentences have in common if one repeats the other."""

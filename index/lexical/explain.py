"""Explaining one article's lexical score by walking its plan term by term.

The evidence adds up to the score of `evaluate`, because each piece is the score of `evaluate` for
that piece alone.
"""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from index.lexical.evaluate import LanguagePart
from index.lexical.plan import (
    AnyTermPlan,
    BoolPlan,
    BoostPlan,
    PhrasePlan,
    Plan,
    TermPlan,
)
from index.protocols import Analyzer, TermEvidence, WordSpan
from index.query import TextField

ALL_FIELDS = "title+body"


def evidence(plan: Plan, part: LanguagePart, ordinal: int) -> tuple[TermEvidence, ...]:
    """What each term of the plan adds to the score of one article of the part."""
    return tuple(_walk(plan, part, np.array([ordinal], np.int64), 1.0))


def _walk(
    plan: Plan, part: LanguagePart, doc: np.ndarray[tuple[int], np.dtype[np.int64]], factor: float
) -> Iterator[TermEvidence]:
    matches = part.evaluate(plan, doc)
    if not len(matches):
        return
    match plan:
        case TermPlan():
            yield _of_term(plan, part, int(doc[0]), factor * float(matches.scores[0]))
        case AnyTermPlan(label, terms, field):
            yield TermEvidence(
                label, field or ALL_FIELDS, 1, len(terms), 0, factor * float(matches.scores[0])
            )
        case PhrasePlan(terms):
            for term in terms:
                yield from _walk(term, part, doc, factor)
        case BoostPlan(inner, boost):
            yield from _walk(inner, part, doc, factor * boost)
        case BoolPlan(must, should):
            for clause in (*must, *should):
                yield from _walk(clause, part, doc, factor)


def wanted_terms(plan: Plan) -> dict[str, float]:
    """The terms that a plan searches for, with their worth: idf times weight, 1 for patterns."""
    return _highest((term, worth) for term, worth, _ in _sought(plan))


def marked_terms(plan: Plan) -> dict[str, float]:
    """Those to mark wherever they occur: not the words of phrases, nor the single characters of a
    bigram, which alone are other words.
    """
    sought = _sought(plan, in_phrases=False)
    return _highest(
        (term, worth) for term, worth, is_part in sought if not is_part or len(term) > 1
    )


def phrases(plan: Plan) -> Iterator[PhrasePlan]:
    """The phrases of a plan whose words count in their place only."""
    match plan:
        case PhrasePlan(_, 0, _, False):
            yield plan
        case BoostPlan(inner):
            yield from phrases(inner)
        case BoolPlan(must, should):
            for clause in (*must, *should):
                yield from phrases(clause)


def _sought(plan: Plan, *, in_phrases: bool = True) -> Iterator[tuple[str, float, bool]]:
    """Each term with its worth, and whether it is only a part of a query word.

    Without `in_phrases`, terms that count only in the place of a phrase are omitted.
    """
    match plan:
        case TermPlan(term, _, weight):
            yield term, plan.idf * weight, plan.is_part
        case AnyTermPlan(_, terms):
            yield from ((term, 1.0, False) for term in terms)
        case PhrasePlan(terms, slop, _, is_joined):
            if in_phrases or slop or is_joined:
                for part in terms:
                    yield from _sought(part)
        case BoostPlan(inner):
            yield from _sought(inner, in_phrases=in_phrases)
        case BoolPlan(must, should):
            for clause in (*must, *should):
                yield from _sought(clause, in_phrases=in_phrases)


def _highest(worths: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for term, worth in worths:
        found[term] = max(worth, found.get(term, 0.0))
    return found


class SoughtWords:
    """Finds what a plan searches for in texts of one language: words, and phrases as a whole."""

    def __init__(self, analyzer: Analyzer, plan: Plan) -> None:
        self._analyzer = analyzer
        self._worth: Mapping[str, float] = marked_terms(plan)
        self._phrases = tuple(dict.fromkeys(phrases(plan)))

    def spans_in(self, text: str) -> list[WordSpan]:
        """The words' spans, in order, each with the term of the highest worth."""
        words = self._words_in(text)
        if not self._phrases:
            return words
        found = {(span.start, span.end): span for span in (*self._phrases_in(text), *words)}
        return [found[place] for place in sorted(found)]

    def _phrases_in(self, text: str) -> Iterator[WordSpan]:
        words, spans = self._analyzer.split(text), self._analyzer.spans(text)
        for phrase in self._phrases:
            first, *others = range(len(phrase.terms))
            for at, word in enumerate(words[: len(words) - len(others)]):
                if self._is_at(phrase, first, word) and all(
                    self._is_at(phrase, number, words[at + number]) for number in others
                ):
                    for number, term in enumerate(phrase.terms):
                        yield WordSpan(*spans[at + number], term.term, term.idf * term.weight)

    def _is_at(self, phrase: PhrasePlan, number: int, word: str) -> bool:
        own, *parts = self._analyzer.terms(word).terms
        term, spelling = phrase.terms[number].term, phrase.spelling(number)
        if spelling is not None:
            return own == term and spelling.is_of(word)
        return own == term or term in parts

    def _words_in(self, text: str) -> list[WordSpan]:
        runs = self._analyzer.runs(text)
        holding = self._analyzer.holding(set(runs), self._worth)
        if not holding:
            return []
        found = {run: self._spans_of(run) for run in holding}
        spans, at = [], 0
        for run in runs:
            # Only white space lies between runs, so this is where the run begins.
            at = text.index(run, at)
            if run in holding:
                spans += [
                    WordSpan(at + span.start, at + span.end, span.term, span.weight)
                    for span in found[run]
                ]
            at += len(run)
        return spans

    def _spans_of(self, run: str) -> list[WordSpan]:
        words = zip(self._analyzer.split(run), self._analyzer.spans(run), strict=True)
        return [
            WordSpan(*_mark(word, start, end, term), term, self._worth[term])
            for word, (start, end) in words
            if (term := self._term(word))
        ]

    def _term(self, word: str) -> str | None:
        asked = [term for term in self._analyzer.terms(word).terms if term in self._worth]
        return max(asked, key=self._worth.__getitem__) if asked else None


def _mark(word: str, start: int, end: int, term: str) -> tuple[int, int]:
    """The span to mark: for a bigram that contains the character searched for, that character."""
    at = word.find(term) if len(term) == 1 < len(word) else -1
    return (start, end) if at < 0 else (start + at, start + at + 1)


def _of_term(plan: TermPlan, part: LanguagePart, ordinal: int, score: float) -> TermEvidence:
    located = part.locate(plan.term)
    assert located is not None, "the term matched"
    postings = located.postings
    at = postings.start + int(np.searchsorted(part.postings.docs[postings], np.int32(ordinal)))
    title, body = int(part.postings.title_counts[at]), int(part.postings.body_counts[at])
    match plan.field:
        case TextField.TITLE:
            frequency: float = title
        case TextField.BODY:
            frequency = body
        case None:
            frequency = title * part.parameters.title_weight + body
    return TermEvidence(
        plan.term, plan.field or ALL_FIELDS, frequency, plan.document_frequency, plan.idf, score
    )

"""What holds for every text and every language."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import analyzer_for, tokenizer
from index.lexical.bm25 import FieldStatistics
from index.lexical.explain import SoughtWords
from index.lexical.plan import BoolPlan, TermPlan
from index.protocols import Analyzer, WordSpan

LANGUAGES = ("und", "de", "en", "fr", "tr", "ru", "ar", "hi", "vi", "zh", "th", "pt", "ro", "el")
# Letters of many scripts, marks, joiners, signs that words contain, and every kind of space.
NASTY = st.text(
    st.one_of(
        st.sampled_from(
            "aZäßİıIſéΣς.,'’-‐&+#_@1290٢๒½ \t\n\u00a0\u202f\u2009\u2028\u00ad\u200d\u0301"
        ),
        st.sampled_from("कािंڪأمُ中国人々カがﾃﾞ서울ทีมរ្ក\U00020000\U0001f600\ufe0f"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
).map(lambda text: unicodedata.normalize("NFC", text))
ANALYZERS = st.sampled_from(LANGUAGES).map(analyzer_for)
LAWS = settings(max_examples=150)


@LAWS
@given(NASTY)
def test_spans_and_split_agree(text: str) -> None:
    spans = tokenizer.spans(text)
    assert tokenizer.split(text) == [text[start:end] for start, end in spans]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@LAWS
@given(NASTY)
def test_runs_have_their_words_for_themselves(text: str) -> None:
    spans, at = [], 0
    for run in tokenizer.runs(text):
        at = text.index(run, at)
        spans += [(at + start, at + end) for start, end in tokenizer.spans(run)]
        at += len(run)
    assert spans == tokenizer.spans(text)


@LAWS
@given(ANALYZERS, st.lists(NASTY, max_size=4), st.data())
def test_the_words_of_a_text_are_found_as_if_each_were_looked_at(
    analyzer: Analyzer, texts: list[str], data: st.DataObject
) -> None:
    terms = {
        term
        for text in texts
        for word in analyzer.split(text)
        for term in analyzer.terms(word).terms
    }
    wanted = data.draw(st.sets(st.sampled_from(sorted(terms)))) if terms else set()
    worth = {term: float(at) for at, term in enumerate(sorted(wanted), 1)}
    counts = FieldStatistics(1, 1.0)
    plans = (TermPlan(term, None, 1.0, 1, idf, counts) for term, idf in worth.items())
    sought = SoughtWords(analyzer, BoolPlan((), tuple(plans), ()))
    for text in texts:
        expected = []
        for word, (start, end) in zip(analyzer.split(text), analyzer.spans(text), strict=True):
            own = wanted.intersection(analyzer.terms(word).terms)
            if own:
                best = max(own, key=worth.__getitem__)
                if len(best) == 1 < len(word) and best in word:  # one character of a Han bigram
                    start += word.index(best)
                    end = start + 1
                expected.append(WordSpan(start, end, best, worth[best]))
        assert sought.spans_in(text) == expected


@LAWS
@given(NASTY)
def test_every_letter_and_digit_is_in_a_word(text: str) -> None:
    covered = {place for start, end in tokenizer.spans(text) for place in range(start, end)}
    assert all(place in covered for place, character in enumerate(text) if character.isalnum())


@LAWS
@given(NASTY, NASTY)
def test_lines_are_split_apart(one: str, other: str) -> None:
    """So a title and a text joined by a line break have the words of both."""
    assert tokenizer.split(f"{one}\n{other}") == tokenizer.split(one) + tokenizer.split(other)


@LAWS
@given(ANALYZERS, NASTY)
def test_terms_are_clean(analyzer: Analyzer, text: str) -> None:
    for word in analyzer.split(text):
        found = analyzer.terms(word)
        assert found.surface
        assert found.terms
        assert all(found.terms)
        assert len(set(found.terms)) == len(found.terms)
        wanted = analyzer.query_terms(word)
        # A word and the spelling that tells it from another share the weight of one word.
        own = [one.weight for one in wanted if one.is_whole]
        assert own[0] == 1 or sum(own) == pytest.approx(1)
        assert wanted[0].term == found.terms[0]
        assert {one.term for one in wanted} <= set(found.terms)


@LAWS
@given(ANALYZERS, NASTY)
def test_folding_is_idempotent_and_blind_to_composition(analyzer: Analyzer, text: str) -> None:
    fold = analyzer.fold
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)

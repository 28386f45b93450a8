"""Passages: chosen by what they hold, cut at sentences, marked at the right places."""

from corpora import article

from index.protocols import WordSpan
from search.results import snippets


def marks(text: str, *words: str) -> list[WordSpan]:
    found = []
    for word in words:
        start = -1
        while (start := text.find(word, start + 1)) >= 0:
            found.append(WordSpan(start, start + len(word), word, 1.0))
    return sorted(found, key=lambda span: span.start)


FILLER = "Nothing of interest happened on the following day in the town. " * 5
TEXT = f"{FILLER}The bridge fell at noon. {FILLER}Divers searched the river. {FILLER}"


def test_passages_hold_the_words_and_know_where_they_are() -> None:
    item = article("a", TEXT)
    shown = snippets.passages(item, marks(TEXT, "bridge", "river"), None)
    assert len(shown) == 2
    for passage, word in zip(shown, ["bridge", "river"], strict=True):
        assert passage.text == TEXT[passage.start : passage.end]
        assert [TEXT[start:end] for start, end in passage.highlights] == [word]
        assert len(passage.text) <= 2 * snippets.PASSAGE_CHARACTERS


def test_an_article_found_by_meaning_shows_its_best_chunk() -> None:
    start = TEXT.index("Divers")
    (passage,) = snippets.passages(article("a", TEXT), [], (start - 10, start + 100))
    assert start - snippets.PASSAGE_CHARACTERS <= passage.start <= start + 100
    assert passage.highlights == ()


def test_one_passage_without_anything_to_go_by_is_the_beginning() -> None:
    (passage,) = snippets.passages(article("a", TEXT), [], None)
    assert passage.start == 0


def test_an_article_without_text_has_no_passage() -> None:
    assert snippets.passages(article("a", "", title="Only a headline"), [], None) == ()


def test_a_long_sentence_is_cut_at_words_around_the_first_mark() -> None:
    text = "word " * 300 + "bridge " + "word " * 300
    (passage,) = snippets.passages(article("a", text), marks(text, "bridge"), None)
    assert "bridge" in passage.text
    assert len(passage.text) <= 2 * snippets.PASSAGE_CHARACTERS
    assert set(passage.text.split()) == {"word", "bridge"}


def test_the_dateline_is_not_part_of_a_passage() -> None:
    text = "(Seoul) The president arrived. He left again."
    item = article("a", text, body_start=len("(Seoul) "))
    (passage,) = snippets.passages(item, [], None)
    assert passage.text.startswith("The president")


def test_overlapping_marks_become_one() -> None:
    spans = [WordSpan(0, 2, "a", 1), WordSpan(1, 3, "b", 1), WordSpan(5, 6, "c", 1)]
    assert snippets.title_highlights(spans) == ((0, 3), (5, 6))

"""The short way of `normalise` is the long one's."""

import unicodedata

import pytest

from search.parse import characters


@pytest.mark.parametrize("code", range(32, 127))
def test_printable_ascii_is_its_own_normal_form(code: int) -> None:
    text = f"a{chr(code)}b"
    assert characters.normalise(text) == characters.Typed(text, text, (0, 1, 2, 3))
    # As the long way finds it: a letter that is not ASCII makes it take that.
    longer = characters.normalise(f"{text}é")
    assert longer.text == f"{text}é"
    assert longer.columns == (0, 1, 2, 3, 4)
    assert unicodedata.is_normalized("NFC", longer.text)

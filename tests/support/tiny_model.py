"""A very small model with random weights, saved as sentence-transformers saves models."""

import json
import string
import warnings
from pathlib import Path

PROMPTS = {"query": "ask : ", "document": "tell : "}


def save_tiny_model(folder: Path, *, max_tokens: int = 48, pooling: str = "mean") -> Path:
    """A BERT of 2 layers and 32 dimensions whose vectors are not normalised, with prompts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
        from transformers import BertConfig, BertModel, BertTokenizer

        torch.manual_seed(7)
        bare = folder / "bare"
        bare.mkdir(parents=True)
        signs = [*string.ascii_lowercase, *string.digits, *string.punctuation, "the", "and"]
        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *signs, *(f"##{s}" for s in signs)]
        (bare / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
        BertTokenizer(str(bare / "vocab.txt"), model_max_length=64).save_pretrained(bare)
        config = BertConfig(
            vocab_size=len(words),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=64,
            initializer_range=0.3,
        )
        BertModel(config).save_pretrained(bare)
        transformer = Transformer(str(bare), max_seq_length=max_tokens)
        model = SentenceTransformer(
            modules=[transformer, Pooling(32, pooling_mode=pooling)], prompts=PROMPTS, device="cpu"
        )
        saved = folder / "tiny"
        model.save(str(saved), create_model_card=False)
    return saved


def break_weights(folder: Path) -> None:
    """Put NaN into every weight of a saved model."""
    import torch
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    broken = {name: torch.full_like(tensor, torch.nan) for name, tensor in weights.items()}
    save_file(broken, folder / "model.safetensors", metadata={"format": "pt"})


def add_dense(folder: Path) -> None:
    """Declare a module behind the pooling, so that the model is no longer a plain one."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    kind = "sentence_transformers.models.Dense"
    modules.append({"idx": 2, "name": "2", "path": "2_Dense", "type": kind})
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")

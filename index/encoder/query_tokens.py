"""Tokenising queries without loading a large vocabulary.

A unigram tokenizer of 250,000 pieces takes a second to load. Its pieces are stored in a trie that
is opened by mmap; for each query, a tokenizer is made of only the pieces that occur in it. It uses
the same library and the same normalisation, so it gives the same tokens.
"""

import json
import re
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from marisa_trie import Trie
from tokenizers import Tokenizer
from tokenizers.models import Unigram

from index.encoder.tokens import FastTokenizer, TokenIds

_TRIE = "pieces.marisa"
_SCORES = "pieces.npy"
_FRAME = "pieces.json"
_FEW = 50_000
"""A vocabulary with fewer pieces loads fast enough in full."""


class QueryTokenizer:
    """Reads a folder written by `save_pieces`. Thread-safe."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        frame = json.loads((folder / _FRAME).read_text(encoding="utf-8"))
        self._always: list[tuple[str, float]] = [tuple(each) for each in frame["always"]]
        self._always_ids: list[int] = frame["always_ids"]
        self._before: list[int] = frame["before"]
        self._behind: list[int] = frame["behind"]
        self._unknown: int = frame["unknown"]
        self._room = max_tokens - len(self._before) - len(self._behind)
        self._trie = Trie().mmap(str(folder / _TRIE))
        self._pieces = np.load(folder / _SCORES, mmap_mode="r")
        self._tokenizer = Tokenizer.from_str(json.dumps(frame["tokenizer"]))
        self._added = re.compile("|".join(map(re.escape, frame["added"])) or "(?!)")
        self._lock = threading.Lock()

    def encode(self, text: str) -> TokenIds:
        """The token ids of a text for the model, truncated at its limit."""
        found = sorted({self._trie.key_id(piece) for piece in self._occurring(text)})
        entries = self._pieces[found]
        taken = [self._trie.restore_key(each) for each in found]
        vocabulary = [*self._always, *zip(taken, entries["score"].tolist(), strict=True)]
        with self._lock:
            self._tokenizer.model = Unigram(vocabulary, unk_id=self._unknown)
            own = self._tokenizer.encode(text, add_special_tokens=False).ids
        ids = np.concatenate([np.array(self._always_ids, np.int32), entries["id"]])[own]
        return np.array([*self._before, *ids[: self._room], *self._behind], np.int32)

    def _occurring(self, text: str) -> Iterable[str]:
        """The pieces that occur anywhere in a text, and possibly more."""
        for part in self._added.split(text):
            for word in self._words(part):
                for start in range(len(word)):
                    yield from self._trie.prefixes(word[start:])

    def _words(self, part: str) -> set[str]:
        normal = self._tokenizer.normalizer.normalize_str(part)
        return {word for word, _ in self._tokenizer.pre_tokenizer.pre_tokenize_str(normal)}


def open_pieces(folder: Path, max_tokens: int) -> QueryTokenizer | None:
    """The query tokenizer of a folder; None if there is none."""
    return QueryTokenizer(folder, max_tokens) if (folder / _FRAME).is_file() else None


def save_pieces(file: Path, folder: Path) -> None:
    """Write the pieces of a large unigram tokenizer (tokenizer.json) into `folder`.

    Nothing is written for any other tokenizer.
    """
    described = json.loads(file.read_text(encoding="utf-8"))
    model = described["model"]
    if model.get("type") != "Unigram" or len(model["vocab"]) < _FEW or model.get("byte_fallback"):
        return
    vocabulary = [(piece, float(score)) for piece, score in model["vocab"]]
    added = [token["content"] for token in described["added_tokens"]]
    ids = {piece: number for number, (piece, _) in enumerate(vocabulary)}
    ids |= {token["content"]: token["id"] for token in described["added_tokens"]}
    scores = dict(vocabulary)
    trie = Trie(scores)
    trie.save(str(folder / _TRIE))
    np.save(folder / _SCORES, _columns(trie, ids, scores))
    # The penalty of unknown pieces is derived from the lowest score of all.
    lowest = min(vocabulary, key=lambda entry: entry[1])
    always = [vocabulary[model["unk_id"]], lowest]
    always += [(token, scores.get(token, 0.0)) for token in added if token not in dict(always)]
    before, behind = FastTokenizer(file, len(vocabulary)).around
    frame = {
        "tokenizer": _frame(described, always),
        "always": always,
        "always_ids": [ids[piece] for piece, _ in always],
        "unknown": 0,
        "added": added,
        "before": before,
        "behind": behind,
    }
    (folder / _FRAME).write_text(json.dumps(frame), encoding="utf-8")


def _columns(trie: Trie, ids: dict[str, int], scores: dict[str, float]) -> Any:
    columns = np.empty(len(trie), np.dtype([("id", "<i4"), ("score", "<f8")]))
    for piece, number in trie.items():
        columns[number] = ids[piece], scores[piece]
    return columns


def _frame(described: dict[str, Any], always: list[tuple[str, float]]) -> dict[str, Any]:
    """The tokenizer with only the pieces shared by all tokenizers made from it, in place."""
    places = {piece: place for place, (piece, _) in enumerate(always)}
    tokens = [{**token, "id": places[token["content"]]} for token in described["added_tokens"]]
    model = {**described["model"], "vocab": always, "unk_id": 0}
    kept = {"added_tokens": tokens, "model": model, "post_processor": None}
    return {**described, **kept, "truncation": None, "padding": None}

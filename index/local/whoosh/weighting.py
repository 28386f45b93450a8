"""Our BM25F as a Whoosh weighting model: the same formula per term, in plain Python."""

from collections.abc import Callable
from typing import Any

from whoosh import scoring

from index.lexical import bm25
from index.lexical.bm25 import Bm25Parameters


class Bm25F(scoring.WeightingModel):  # type: ignore[misc]
    """`index.lexical.bm25` from Whoosh's own statistics; the default of our searchers."""

    def __init__(self, parameters: Bm25Parameters) -> None:
        self._parameters = parameters

    def idf(self, searcher: Any, fieldname: str, text: str | bytes) -> float:
        """Lucene's inverse document frequency over the articles of the field's language."""
        reader = searcher.get_parent().reader()
        frequency = reader.doc_frequency(fieldname, text)
        return bm25.inverse_document_frequency(frequency, articles(reader, fieldname))

    def scorer(
        self, searcher: Any, fieldname: str, text: str | bytes, qf: int = 1
    ) -> scoring.BaseScorer:
        """A scorer for one term: in fields matched as a whole, its weight, as in Whoosh."""
        if not searcher.schema[fieldname].scorable:
            return scoring.WeightScorer.for_(searcher, fieldname, text)
        return _Scorer(searcher, fieldname, searcher.idf(fieldname, text), self)

    def score(self, frequency: float, length: float, mean_length: float, idf: float) -> float:
        """The formula of `index.lexical.bm25`."""
        k1, b = self._parameters.k1, self._parameters.b
        saturation = frequency + k1 * (1 - b + b * length / mean_length)
        return idf * frequency * (k1 + 1) / saturation

    def most(self, idf: float) -> float:
        """What no score of a term exceeds, however often it occurs."""
        return idf * (self._parameters.k1 + 1)


class _Scorer(scoring.BaseScorer):  # type: ignore[misc]
    def __init__(self, searcher: Any, fieldname: str, idf: float, model: Bm25F) -> None:
        self._idf = idf
        reader = searcher.get_parent().reader()
        self._mean = searcher.field_length(fieldname) / max(1, articles(reader, fieldname))
        self._length: Callable[[int], float] = lambda doc: searcher.doc_field_length(
            doc, fieldname, 0
        )
        self._model = model

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        return self._model.most(self._idf)

    def block_quality(self, matcher: Any) -> float:
        return self._model.most(self._idf)

    def score(self, matcher: Any) -> float:
        length: float = self._length(matcher.id())
        return self._model.score(float(matcher.weight()), length, self._mean, self._idf)


def articles(reader: Any, fieldname: str) -> int:
    """Live articles of a field's language, in all segments."""
    leaves = [leaf for leaf, _ in reader.leaf_readers()]
    return sum(leaf.codec().articles(fieldname) for leaf in leaves)

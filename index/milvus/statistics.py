"""Counts over the articles of one view, and the planners based on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from index.ledger.manifest import ServerManifest
from index.ledger.words import Words
from index.lexical.bm25 import Bm25Parameters
from index.lexical.plan import Plan, Planner
from index.milvus import expressions
from index.milvus.collection import Collection
from index.milvus.expressions import both
from index.milvus.texts import TextsOf
from index.milvus.view import View
from index.milvus.vocabulary import LedgerVocabulary
from index.protocols import AnalyzerFor
from index.query import Node, TextField
from index.segment.language_totals import LanguageTotals


@dataclass(frozen=True, slots=True)
class OpenedManifest:
    """A manifest and what its snapshots read: the collection, the words and the texts."""

    manifest: ServerManifest
    collection: Collection
    words: Words
    texts_of: TextsOf
    analyzer_for: AnalyzerFor
    parameters: Bm25Parameters


class ViewStatistics:
    """Totals and planners of one view, computed on first use.

    If limited to sources, it counts its own articles, and mean lengths remain those of the whole
    index. Otherwise the numbers are those of the manifest and the ledger, which count articles
    under embargo too.
    """

    def __init__(self, opened: OpenedManifest, view: View) -> None:
        self._opened = opened
        self._view = view

    @cached_property
    def totals(self) -> Mapping[str, LanguageTotals]:
        """Sums per language."""
        totals = self._opened.manifest.totals
        if self._view.only is None:
            return totals
        return {
            language: whole.scaled_to(
                self._opened.collection.count_articles(
                    both(self._view.where, f"lang == {expressions.quoted(language)}")
                )
            )
            for language, whole in totals.items()
        }

    @cached_property
    def languages(self) -> Mapping[str, int]:
        """The number of articles of each language that has any."""
        counts = {language: totals.articles for language, totals in sorted(self.totals.items())}
        return {language: articles for language, articles in counts.items() if articles}

    @cached_property
    def chunks(self) -> int:
        """The number of chunks of all articles."""
        if self._view.only is None:
            return self._opened.manifest.chunks
        return self._opened.collection.count(both("has_vector == 1", self._view.where))

    @cached_property
    def vocabularies(self) -> Mapping[str, LedgerVocabulary]:
        """The words of each language with articles."""
        return {language: self._vocabulary(language) for language in self.languages}

    @cached_property
    def planners(self) -> Mapping[str, Planner]:
        """A planner for each language with articles."""
        return {
            language: Planner(self._opened.analyzer_for(language), vocabulary)
            for language, vocabulary in self.vocabularies.items()
        }

    def planner(self, language: str) -> Planner:
        """The planner of any language, even one without articles."""
        return self.planners.get(language) or Planner(
            self._opened.analyzer_for(language), self._vocabulary(language)
        )

    def plans(self, node: Node) -> dict[str, Plan]:
        """The plan of a query for each language with articles."""
        return {language: planner.plan_query(node) for language, planner in self.planners.items()}

    def _vocabulary(self, language: str) -> LedgerVocabulary:
        return LedgerVocabulary(
            language,
            self._opened.words,
            self.totals.get(language, LanguageTotals(0, 0, 0)),
            self._opened.manifest.mean_lengths.get(language, 0.0),
            None if self._view.only is None else self._frequency,
        )

    def _frequency(self, number: int, field: TextField | None) -> int:
        """The number of the view's articles that contain a term."""
        return self._opened.collection.count_articles(
            both(self._view.where, expressions.holds_in(number, field))
        )

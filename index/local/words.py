"""Looking up words in texts and in the vocabularies of segments."""

from collections.abc import Mapping
from functools import cached_property

from index.lexical.completion import LanguageForms, best_forms
from index.lexical.explain import SoughtWords
from index.lexical.plan import Vocabulary
from index.local.segments_reader import SegmentsReader
from index.protocols import SIMILAR_WORDS, Analyzer, WordForm, WordSpan
from index.query import Node
from index.runtime.lru import LruCache

KEPT_SOUGHT = 64
"""Queries, each in one language, whose words are cached while the hits of a page are marked."""


class LocalWords(SegmentsReader):
    """`index.protocols.WordLookup` over segments."""

    @cached_property
    def _sought(self) -> LruCache[tuple[Node, str], SoughtWords]:
        return LruCache(KEPT_SOUGHT)

    def vocabulary(self, language: str) -> Vocabulary:
        """The words of a language with live articles. Raises KeyError."""
        return self._planners[language].vocabulary

    def analyzer(self, language: str) -> Analyzer:
        """The analyzer with which articles of this language were indexed."""
        return self._analyzer_for(language)

    def matching_words(self, node: Node, language: str, text: str) -> list[WordSpan]:
        """The words of a text that `node` searches for, in order; never excluded ones."""
        sought = self._sought.get((node, language), lambda: self._sought_words(node, language))
        return sought.spans_in(text)

    def _sought_words(self, node: Node, language: str) -> SoughtWords:
        planner = self._planners.get(language) or self._planner(language)
        return SoughtWords(planner.analyzer, planner.plan_query(node))

    def completions(self, prefix: str, k: int, beside: Node | None = None) -> list[WordForm]:
        """Up to k words that begin with `prefix`, by the number of articles (matching `beside`)."""
        plans = None if beside is None else self.plans(beside)
        return best_forms(
            self._forms,
            lambda language, forms: forms.completions(prefix, plans[language] if plans else None),
            k,
        )

    def similar_words(self, word: str, max_edits: int, least: int) -> list[WordForm]:
        """Words within `max_edits` of another term, by the number of articles."""
        # A word known in any language hardly has a wrong first letter, and trying others is costly.
        any_first = not self.word_frequency(word)
        return best_forms(
            self._forms,
            lambda _, forms: forms.similar(word, max_edits, least, any_first=any_first),
            SIMILAR_WORDS,
        )

    def word_frequency(self, word: str) -> int:
        """The number of articles, in all languages, with a word of a query or a part of it."""
        return sum(forms.frequency(word) for forms in self._forms.values())

    @cached_property
    def _forms(self) -> Mapping[str, LanguageForms]:
        return {
            language: LanguageForms(
                planner.analyzer,
                [live.parts[language] for live in self._segments if language in live.parts],
            )
            for language, planner in self._planners.items()
        }

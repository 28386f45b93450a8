"""Looking up words in texts and, for an index on Milvus, in the ledger's vocabulary."""

from index.lexical.completion import MOST_FORMS, most_frequent
from index.lexical.explain import SoughtWords
from index.lexical.vocabulary import FUZZY_PREFIX
from index.milvus import expressions
from index.milvus.expressions import both
from index.milvus.view_reader import ViewReader
from index.protocols import SIMILAR_WORDS, Analyzer, WordForm, WordSpan
from index.query import Node
from index.text.edits import is_within

CONSIDERED_FORMS = 16
"""Completions whose articles are counted together with other words."""


class MilvusWords(ViewReader):
    """`index.protocols.WordLookup` on Milvus."""

    def analyzer(self, language: str) -> Analyzer:
        """The analyzer with which articles of this language were indexed."""
        return self._opened.analyzer_for(language)

    def matching_words(self, node: Node, language: str, text: str) -> list[WordSpan]:
        """The words of a text that `node` searches for, in order; never excluded ones."""
        planner = self._statistics.planner(language)
        sought = SoughtWords(planner.analyzer, planner.plan_query(node))
        return sought.spans_in(text)

    def completions(self, prefix: str, k: int, beside: Node | None = None) -> list[WordForm]:
        """Up to k words that begin with `prefix`, by the number of articles (matching `beside`)."""
        found = []
        is_counted = beside is not None or self._view.only is not None
        limits = self._restricted(beside) if is_counted else None
        for language, planner in self._statistics.planners.items():
            folded = planner.analyzer.fold(prefix)
            if not folded:
                continue
            limit = CONSIDERED_FORMS if limits else SIMILAR_WORDS
            for form in self._opened.words.forms_with_prefix(language, folded, limit):
                articles = form.articles
                if limits is not None:
                    held = expressions.holds(
                        self._statistics.vocabularies[language].number(form.term)
                    )
                    articles = self._collection.count_articles(both(limits.text, held))
                if articles:
                    found.append(WordForm(form.written, language, articles))
        return most_frequent(found, k)

    def similar_words(self, word: str, max_edits: int, least: int) -> list[WordForm]:
        """Words within `max_edits` of another term, by the number of articles."""
        found = []
        for language, planner in self._statistics.planners.items():
            analysed = planner.analyzer.terms(word)
            first = analysed.surface[:FUZZY_PREFIX]
            for form in self._opened.words.forms_with_prefix(language, first, MOST_FORMS):
                if form.articles < least or form.term == analysed.terms[0]:
                    continue
                if not is_within(form.form, analysed.surface, max_edits):
                    continue
                articles = form.articles
                if self._view.only is not None:
                    articles = self._statistics.vocabularies[language].document_frequency(
                        form.term, None
                    )
                if articles >= least:
                    found.append(WordForm(form.written, language, articles))
        return most_frequent(found, SIMILAR_WORDS)

    def word_frequency(self, word: str) -> int:
        """The number of articles, in all languages, with a word of a query or a part of it."""
        total = 0
        for language, planner in self._statistics.planners.items():
            vocabulary = self._statistics.vocabularies[language]
            counts = (
                vocabulary.document_frequency(weighted.term, None)
                for weighted in planner.analyzer.query_terms(word)
            )
            total += next((count for count in counts if count), 0)
        return total

"""Build a page of a ranking: hits with passages and explanations, facets, a correction."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from index.domain import StoredArticle, Vector
from index.protocols import Articles, Snapshot
from index.query import Everything, Node, is_filter
from index.runtime import deadline
from index.selection import Selection
from search.facet_types import Basis, Facet, FacetName
from search.question import Question, QuestionReader, deciding_words
from search.ranking.collapse import Collapsed, Hidden
from search.ranking.ranker import Ranker
from search.ranking.ranking import Ranking
from search.related import FIRST_COPIES, Coverage, surroundings
from search.request import CollapsedCopy, Explanation, Hit
from search.results import snippets, spelling
from search.results.facets import FacetCounter
from search.retrieval.story_query import with_stories
from search.stages import Stage, stage


class PageBuilder:
    """Build what a page shows of a ranking. Safe to share between threads."""

    def __init__(
        self, archive: Articles, reader: QuestionReader, ranker: Ranker, zone: ZoneInfo
    ) -> None:
        self._archive = archive
        self._reader = reader
        self._ranker = ranker
        self._zone = zone

    def hits(
        self,
        snapshot: Snapshot,
        question: Question,
        shown: Collapsed,
        vector: Vector | None,
        limit: int,
    ) -> tuple[Hit, ...]:
        """Return the page's hits, without articles deleted since the snapshot."""
        keys = shown.ranking.keys[question.offset : question.offset + limit]
        found = self._archive.revisions(keys.tolist())
        around = surroundings(question.view, keys, FIRST_COPIES)
        named = self._archive.headlines(sorted(around.keys)) if around.keys else {}
        chunks: Sequence[tuple[int, int] | None] = [None] * len(keys)
        if vector is not None:
            chunks = snapshot.best_chunks(vector, keys)
        judged = shown.ranking.found
        is_found = np.ones(len(keys), bool) if judged is None else judged.holds(keys)
        return tuple(
            self._hit(
                snapshot,
                question,
                shown,
                place,
                found[key],
                chunk,
                around.coverage(key, found[key].article.date, named),
                is_found=is_it,
            )
            for place, (key, chunk, is_it) in enumerate(
                zip(keys.tolist(), chunks, is_found.tolist(), strict=True), start=question.offset
            )
            if key in found
        )

    def _hit(
        self,
        snapshot: Snapshot,
        question: Question,
        shown: Collapsed,
        place: int,
        stored: StoredArticle,
        chunk: tuple[int, int] | None,
        coverage: Coverage,
        *,
        is_found: bool,
    ) -> Hit:
        deadline.check()
        article, node = stored.article, question.parsed.node
        words = snapshot.matching_words(node, article.language, article.text)
        title_words = snapshot.matching_words(node, article.language, article.title)
        passages = snippets.passages(article, words, chunk)
        found = shown.ranking.found
        explanation = None
        if question.request.explain:
            best = None if chunk is None else snippets.whole(article, chunk)
            explanation = Explanation(
                tuple(snapshot.explain(node, stored.revision)),
                best,
                _collapsed(snapshot, shown.hidden(stored.revision)),
                None if found is None else found.why(stored.revision),
            )
        return Hit(
            rank=place + 1,
            score=float(shown.ranking.scores[place]),
            stored=stored,
            parts=shown.ranking.parts(place),
            passages=passages,
            title_highlights=snippets.title_highlights(title_words),
            explanation=explanation,
            coverage=coverage,
            is_found=is_found,
        )

    def facets(
        self, snapshot: Snapshot, question: Question, ranking: Ranking, *, is_by_meaning: bool
    ) -> tuple[Facet, ...]:
        """Count the requested facets over what answers the request.

        All matching articles are counted if words decide, or if everything that is found is known;
        otherwise the candidates are.
        """
        wanted = question.request.facets
        if wanted is None:
            return ()
        node = deciding_words(question.parsed, is_by_meaning=is_by_meaning)
        words = None if node is None else snapshot.select(node)

        @functools.cache
        def matched(restriction: Node | None) -> Selection:
            assert words is not None
            return words.narrowed(restriction)

        def matching(name: FacetName | None) -> Selection:
            if words is not None:
                return matched(question.restriction_but(name))
            if name not in question.filters:
                return ranking.selected(snapshot, question.restriction)
            others = {key: one for key, one in question.filters.items() if key is not name}
            wider = replace(question, filters=others)
            return self._ranker.rank(snapshot, wider)[0].selected(snapshot, wider.restriction)

        def archived(name: FacetName | None) -> Selection:
            return snapshot.select(Everything()).narrowed(question.restriction_but(name))

        counter = FacetCounter(
            request=question.request,
            wanted=wanted,
            basis=Basis.EXACT if words is not None or ranking.is_exact else Basis.CANDIDATES,
            matching=matching,
            archived=archived,
            zone=self._zone,
            view=question.view,
            archive=self._archive,
        )
        with stage(Stage.FACETS):
            return counter.count()

    def correction(self, snapshot: Snapshot, question: Question) -> str | None:
        """Return the query as it was probably meant; only on the first page."""
        if question.offset or is_filter(question.parsed.node):
            return None
        with stage(Stage.CORRECT):
            return spelling.correction(
                snapshot,
                question.request.query,
                lambda text: with_stories(self._reader.parse(text, question.at_s), question.view),
                question.restriction,
            )


def _collapsed(snapshot: Snapshot, hidden: Sequence[Hidden]) -> tuple[CollapsedCopy, ...]:
    ids = snapshot.article_ids(np.array([copy.key for copy in hidden], np.int64))
    return tuple(
        CollapsedCopy(article_id, copy.rank, copy.score)
        for article_id, copy in zip(ids, hidden, strict=True)
    )

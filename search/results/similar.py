"""Find articles similar to an article, by its characteristic words and by its meaning.

The query is built from the article: its most informative words and the mean of its chunks' vectors.
Both searches are fused as in hybrid search, so for a language that the encoder does not understand,
words decide. Copies of the article, and of each other, are left out.
"""

import numpy as np

from index.domain import StoredArticle
from index.groups.domain import GroupsView
from index.protocols import Articles, Snapshot
from index.query import Bool, Boost, Node, Word
from search.ranking.collapse import collapse
from search.ranking.ranking import Ranking, rank_hybrid, rank_single
from search.request import FusionMethod
from search.retrieval.candidates import LEG_DEPTH, complete
from search.retrieval.feedback import FeedbackParameters, telling_words

MAX_SIMILAR = 20

WORDS = FeedbackParameters(articles=1, terms=16)


def similar(
    snapshot: Snapshot, articles: Articles, view: GroupsView, stored: StoredArticle, limit: int
) -> list[tuple[StoredArticle, float]]:
    """Return up to `limit` articles with their scores, most similar first.

    The list is empty if the snapshot lacks the article or it has no informative words. Raises
    ArchiveError.
    """
    key = np.array([stored.revision], np.int64)
    ranking = _ranking(snapshot, stored)
    if ranking is None:
        return []
    own = int(view.originals(key)[0])
    shown = collapse(ranking, view).ranking
    others = view.originals(shown.keys) != own
    kept = [
        (found, score)
        for found, score in zip(
            shown.keys[others].tolist(), shown.scores[others].tolist(), strict=True
        )
        if found != stored.revision
    ]
    stored_by_key = articles.revisions([found for found, _ in kept[: 2 * limit]])
    return [(stored_by_key[found], score) for found, score in kept if found in stored_by_key][
        :limit
    ]


def _ranking(snapshot: Snapshot, stored: StoredArticle) -> Ranking | None:
    key = np.array([stored.revision], np.int64)
    words = telling_words(snapshot, [(stored.article, 1.0)], WORDS)
    node: Node | None = Bool(should=tuple(Boost(Word(w), share) for w, share in words))
    vector = snapshot.article_vectors(key)[0]
    if not vector.any():
        return None
    if not words or node is None:
        found = snapshot.nearest(vector, LEG_DEPTH)
        return rank_single(snapshot, found, is_semantic=True)
    candidates = complete(snapshot, node, vector, constraint=None, restriction=None)
    return rank_hybrid(snapshot, candidates, FusionMethod.CONVEX)

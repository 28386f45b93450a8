"""Whoosh's searcher over a snapshot: highlights mark every form of a word."""

from collections.abc import Iterator
from typing import Any

from whoosh import query, searching

from index.local.whoosh.schema import TEXT_FIELDS


class NewsSearcher(searching.Searcher):  # type: ignore[misc]
    """Whoosh's searcher; a word in `text`, `title` or `body` knows the forms it stands for."""

    def search_with_collector(self, q: query.Query, collector: Any, context: Any = None) -> None:
        """Run a query, as Whoosh does."""
        super().search_with_collector(q.accept(_knowing_forms), collector, context)


def _knowing_forms(leaf: query.Query) -> query.Query:
    if type(leaf) is query.Term and leaf.fieldname in TEXT_FIELDS:
        known = _Word(leaf.fieldname, leaf.text, boost=leaf.boost, minquality=leaf.minquality)
        known.startchar, known.endchar = leaf.startchar, leaf.endchar
        return known
    return leaf


class _Word(query.Term):  # type: ignore[misc]
    """A term that stands for several words, all of which may be marked."""

    def expanded_terms(self, ixreader: Any, phrases: bool = True) -> Iterator[tuple[str, bytes]]:
        """The words that this one stands for."""
        text = ixreader.schema[self.fieldname].to_bytes(self.text)
        forms: set[str] = set()
        for leaf, _ in ixreader.leaf_readers():
            forms |= leaf.forms(self.fieldname, text)
        return ((self.fieldname, form.encode()) for form in sorted(forms))

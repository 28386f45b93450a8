"""The number and total length of a language's articles."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LanguageTotals:
    """Sums over articles of one language, in terms; those of a segment include deleted articles."""

    articles: int
    title_length: int
    body_length: int

    def scaled_to(self, articles: int) -> "LanguageTotals":
        """The sums for fewer articles with the same mean lengths."""
        share = articles / max(1, self.articles)
        return LanguageTotals(
            articles, round(self.title_length * share), round(self.body_length * share)
        )

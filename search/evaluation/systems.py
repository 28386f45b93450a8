"""What can be compared: a mode, rank fusion, or a fixed semantic weight, each by a short name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.errors import EvaluationError
from search.evaluation.evaluate import Search
from search.request import FusionMethod, Mode, SearchRequest


@dataclass(frozen=True, slots=True)
class System:
    """A way to answer queries. `weight` in [0, 1] is a fixed semantic weight in hybrid mode."""

    name: str
    mode: Mode
    fusion: FusionMethod = FusionMethod.CONVEX
    weight: float | None = None

    def asking(self, search: Search) -> Search:
        """`search` with this system's fusion and weight put into every request."""

        def ask(request: SearchRequest) -> Sequence[tuple[str, float]]:
            return search(replace(request, fusion=self.fusion, semantic_weight=self.weight))

        return ask


def system_named(name: str) -> System:
    """`hybrid`, `keyword`, `semantic`, `rrf`, or a number: that weight. Raises EvaluationError."""
    word = name.strip()
    if word in set(Mode):
        return System(word, Mode(word))
    if word == FusionMethod.RRF:
        return System(word, Mode.HYBRID, FusionMethod.RRF)
    try:
        weight = float(word)
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= 1:
        raise EvaluationError(
            f"{word!r} cannot be compared: expected hybrid, keyword, semantic, rrf, or a semantic "
            "weight from 0 to 1"
        )
    return System(f"weight {weight:g}", Mode.HYBRID, weight=weight)


def systems_named(names: str) -> tuple[System, System]:
    """Two systems from `BEFORE,AFTER`. Raises EvaluationError."""
    words = names.split(",")
    if len(words) != 2:
        raise EvaluationError(
            f"a comparison needs two systems, such as keyword,hybrid, not {names!r}"
        )
    before, after = words
    return system_named(before), system_named(after)

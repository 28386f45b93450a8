"""Which plans Milvus can score by itself.

A sparse product adds up all terms that an article contains. That is the score of a plan if each
term counts whenever it occurs, but not if a term counts only together with others (a phrase, a
group within "or"), or counts the same however often it occurs (a pattern).
"""

from index.lexical.plan import (
    AnyTermPlan,
    BoolPlan,
    BoostPlan,
    FilterPlan,
    PhrasePlan,
    Plan,
    TermPlan,
)


def linear_weights(plan: Plan) -> dict[str, float] | None:
    """Each term's weight in the score of the plan's matches; None if it is not such a sum."""
    match plan:
        case TermPlan(term, None, weight):
            return {term: weight * plan.idf}
        case FilterPlan():
            return {}
        case BoostPlan(inner, factor):
            weights = linear_weights(inner)
            return weights and {term: factor * weight for term, weight in weights.items()}
        case BoolPlan(must, should):
            if not all(map(_counts_whenever_it_occurs, should)):
                return None
            return _summed([linear_weights(part) for part in (*must, *should)])
        case _:
            return None


def needs_a_term(plan: Plan) -> bool:
    """Whether every match of the plan contains one of its terms."""
    match plan:
        case TermPlan() | PhrasePlan() | AnyTermPlan():
            return True
        case FilterPlan():
            return False
        case BoostPlan(inner):
            return needs_a_term(inner)
        case BoolPlan(must, should):
            if must:
                return any(map(needs_a_term, must))
            return bool(should) and all(map(needs_a_term, should))


def is_bag(plan: Plan) -> bool:
    """Whether a plan has only optional terms, so that an article matches if it scores above 0."""
    if not isinstance(plan, BoolPlan) or plan.must or plan.must_not:
        return False
    return all(isinstance(part, TermPlan) and part.field is None for part in plan.should)


def _counts_whenever_it_occurs(plan: Plan) -> bool:
    match plan:
        case TermPlan(_, None) | FilterPlan():
            return True
        case BoostPlan(inner):
            return _counts_whenever_it_occurs(inner)
        case BoolPlan((), should, ()):
            return all(map(_counts_whenever_it_occurs, should))
        case _:
            return False


def _summed(parts: list[dict[str, float] | None]) -> dict[str, float] | None:
    total: dict[str, float] = {}
    for part in parts:
        if part is None:
            return None
        for term, weight in part.items():
            total[term] = total.get(term, 0.0) + weight
    return total

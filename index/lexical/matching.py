"""Which articles a plan matches, if scores are not needed.

The result is that of `LanguagePart.evaluate`, which is the oracle, at less cost: optional clauses
next to required ones are ignored, and nothing is scored unnecessarily.
"""

import numpy as np

from index.lexical.evaluate import EMPTY, LanguagePart, Ordinals
from index.lexical.plan import (
    BoolPlan,
    Plan,
    TermPlan,
    rarest_first,
)
from index.runtime import deadline


def matching(part: LanguagePart, plan: Plan, domain: Ordinals | None = None) -> Ordinals:
    """The matches of `part.evaluate(plan, domain)`, ascending, scored only if necessary."""
    deadline.check()
    match plan:
        case TermPlan():
            return part.holders(plan, domain)
        case BoolPlan():
            return _matching_bool(part, plan, domain)
        case _:
            return part.evaluate(plan, domain).docs


def _matching_bool(part: LanguagePart, plan: BoolPlan, domain: Ordinals | None) -> Ordinals:
    if plan.must:  # optional clauses decide nothing
        for required in rarest_first(plan.must):
            domain = matching(part, required, domain)
    elif plan.should:
        held = np.zeros(len(part.columns), bool)
        for wished in plan.should:
            held[matching(part, wished, domain)] = True
        domain = np.flatnonzero(held)
    elif plan.must_not:
        domain = part.universe if domain is None else domain
    else:
        return EMPTY.docs
    assert domain is not None
    for excluded in plan.must_not:
        domain = np.setdiff1d(domain, matching(part, excluded, domain), assume_unique=True)
    return domain

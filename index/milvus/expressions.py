"""Translating plans into Milvus's filter expressions.

Milvus knows which terms an article contains, and whether they are in the title or body, but not
their positions. An expression therefore matches what a plan matches, or more: then `is_exact` is
false, and the results must be verified on the texts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.lexical.plan import (
    AnyTermPlan,
    BoolPlan,
    BoostPlan,
    FilterPlan,
    PhrasePlan,
    Plan,
    TermPlan,
)
from index.milvus.collections import INSTANT, TERM_FIELDS, WALL_CLOCK, terms_field
from index.query import Among, DateInterval, Exact, ExactField, TextField

NumberOf = Callable[[str], int | None]
"""A term's number; None for a term that is in no article."""

NOTHING = "pk < 0"
EVERYTHING = "pk >= 0"


@dataclass(frozen=True, slots=True)
class Expression:
    """A filter expression, either exact or matching more than it should."""

    text: str
    is_exact: bool = True


def of_plan(plan: Plan, number_of: NumberOf) -> Expression:
    """The expression for a plan's matches, as precise as Milvus allows."""
    match plan:
        case TermPlan(term, field):
            return Expression(_any([term], field, number_of))
        case AnyTermPlan(_, terms, field):
            return Expression(_any(terms, field, number_of))
        case PhrasePlan(terms, _, field):
            held = [_any([term.term], field, number_of) for term in terms]
            return Expression(_all(held), is_exact=False)
        case FilterPlan(node):
            return Expression(_filter(node))
        case BoostPlan(inner):
            return of_plan(inner, number_of)
        case BoolPlan():
            return _bool(plan, number_of)


def quoted(text: str) -> str:
    """A string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def one_of(field: str, values: Sequence[int] | Sequence[str]) -> str:
    """Rows whose field is one of the values."""
    if not values:
        return NOTHING
    literals = (quoted(value) if isinstance(value, str) else str(value) for value in values)
    return f"{field} in [{', '.join(literals)}]"


def holds(number: int | None) -> str:
    """Articles that contain a term anywhere."""
    return NOTHING if number is None else _contains_any(terms_field(number), [number])


def holds_in(number: int, field: TextField | None) -> str:
    """Articles that contain a term in a field, or anywhere."""
    return _numbers_in([number], field)


def both(*texts: str) -> str:
    """The conjunction of expressions."""
    return _all(list(texts))


def either(texts: Sequence[str]) -> str:
    """The disjunction of expressions."""
    return _joined(" or ", [text for text in texts if text != NOTHING], NOTHING)


def _all(texts: Sequence[str]) -> str:
    if NOTHING in texts:
        return NOTHING
    return _joined(" and ", [text for text in texts if text != EVERYTHING], EVERYTHING)


def _joined(operator: str, texts: Sequence[str], nothing: str) -> str:
    if not texts:
        return nothing
    return texts[0] if len(texts) == 1 else f"({operator.join(texts)})"


def _any(terms: Sequence[str], field: TextField | None, number_of: NumberOf) -> str:
    return _numbers_in([n for term in terms if (n := number_of(term)) is not None], field)


def _numbers_in(numbers: Sequence[int], field: TextField | None) -> str:
    if field is TextField.TITLE:
        return _contains_any("title_terms", numbers)
    held = either(
        [
            _contains_any(terms_field(remainder), in_field)
            for remainder in range(TERM_FIELDS)
            if (in_field := [n for n in numbers if n % TERM_FIELDS == remainder])
        ]
    )
    if field is TextField.BODY and numbers:
        # The body contains the terms that are not in the title only.
        return either(
            [
                _all(
                    [
                        _contains_any(terms_field(number), [number]),
                        f"(not {_contains_any('title_only_terms', [number])})",
                    ]
                )
                for number in numbers
            ]
        )
    return held


def _contains_any(field: str, numbers: Sequence[int]) -> str:
    if not numbers:
        return NOTHING
    if len(numbers) == 1:
        return f"array_contains({field}, {numbers[0]})"
    return f"array_contains_any({field}, [{', '.join(map(str, numbers))}])"


def _bool(plan: BoolPlan, number_of: NumberOf) -> Expression:
    must = [of_plan(part, number_of) for part in plan.must]
    should = [of_plan(part, number_of) for part in plan.should]
    if must:
        wanted = Expression(_all([part.text for part in must]), all(part.is_exact for part in must))
    elif should:
        wanted = Expression(
            either([part.text for part in should]), all(part.is_exact for part in should)
        )
    elif plan.must_not:
        wanted = Expression(EVERYTHING)
    else:
        return Expression(NOTHING)
    unwanted = [of_plan(part, number_of) for part in plan.must_not]
    # Excluding too much would lose articles: inexact exclusions are applied later.
    exclusions = [f"(not ({part.text}))" for part in unwanted if part.is_exact]
    return Expression(
        _all([wanted.text, *exclusions]),
        wanted.is_exact and all(part.is_exact for part in unwanted),
    )


def _filter(node: object) -> str:
    match node:
        case Exact(ExactField.AUTHOR | ExactField.SUBJECT as field, value):
            return f"array_contains({field.value}, {quoted(value.casefold())})"
        case Exact(ExactField.ID, value):
            return f"article_id == {quoted(value)}"
        case Exact(field, value):
            return f"{field.value} == {quoted(value.casefold())}"
        case Among(keys):
            return one_of("key", keys)
        case DateInterval():
            instants = _between(INSTANT, node.start_s, node.end_s)
            walls = _between(WALL_CLOCK, node.wall_start_s, node.wall_end_s)
            return either([instants, walls])
        case _:
            return EVERYTHING


def _between(kind: int, low: int | None, high: int | None) -> str:
    limits = [f"date_kind == {kind}"]
    if low is not None:
        limits.append(f"date_start >= {low}")
    if high is not None:
        limits.append(f"date_start < {high}")
    return _all(limits)

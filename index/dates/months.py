"""The months as German writes them, in full and abbreviated."""

NAMES = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
_NUMBER_OF = {name.lower(): number for number, name in enumerate(NAMES, 1)} | {
    "jänner": 1, "feber": 2, "maerz": 3, "jan": 1, "feb": 2, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "sept": 9, "okt": 10, "nov": 11, "dez": 12,
}  # fmt: skip


def number_of(word: str) -> int | None:
    """The number of the month that a word names, from 1; None for other words."""
    return _NUMBER_OF.get(word.lower().rstrip("."))

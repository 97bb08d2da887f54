"""One condition of a WHERE."""

import random
from collections.abc import Callable

from bench.workloads.shop import Column

MOST_LISTED = 8  # values of an IN

Place = Callable[[Column], str]  # writes a value for a column: itself, or a parameter

_ORDERED = ("=", ">=", "<", "<>", "IN", "BETWEEN", "NULL")
_FORMS = {
    "key": ("=", "=", "IN", "NULL"),
    "bool": ("=", "bare", "NOT", "NULL"),
    "text": ("=", "=", "LIKE", "IN", "NOT IN", "NULL", "lower"),
}


def condition(name: str, column: Column, place: Place, numbers: random.Random) -> str:
    """Return a condition on a column, which is written `name`."""
    form = numbers.choice(_FORMS.get(column.type, _ORDERED))
    match form:
        case "IN" | "NOT IN":
            listed = [place(column) for _ in range(numbers.randint(1, MOST_LISTED))]
            return f"{name} {form} ({', '.join(listed)})"
        case "BETWEEN":
            return f"{name} BETWEEN {place(column)} AND {place(column)}"
        case "NULL":
            return f"{name} IS {numbers.choice(['', 'NOT '])}NULL"
        case "bare":
            return name
        case "NOT":
            return f"NOT {name}"
        case "lower":
            return f"lower({name}) = {place(column)}"
    return f"{name} {form} {place(column)}"

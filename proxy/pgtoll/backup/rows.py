"""Many rows on their way into a store: some at a time, column by column."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

AT_ONCE = 5_000  # rows that are written between two words about it

Tell = Callable[[str], None]
Row = TypeVar("Row")


def batches(rows: Sequence[Row], what: str, tell: Tell) -> Iterator[Sequence[Row]]:
    """Yield some of the rows at a time, and tell how far that is."""
    for begin in range(0, len(rows), AT_ONCE):
        if len(rows) > AT_ONCE:
            tell(f"{begin:,} of {len(rows):,} {what}")
        yield rows[begin : begin + AT_ONCE]


def columns(rows: Iterable[object], *names: str) -> list[list[object]]:
    """Return the fields of the rows, those of one name together."""
    return [[getattr(row, name) for row in rows] for name in names]

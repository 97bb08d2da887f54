"""Long lists: found by a word, sorted by a column, shown a page at a time. All by plain links."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from urllib.parse import urlencode

from pgtoll.office.models import ProductLine

T = TypeVar("T")

_EVER = datetime.max.replace(tzinfo=UTC)  # no date sorts after all dates

Order = Callable[[ProductLine], tuple[object, ...]]

ORDERS: Mapping[str, Order] = {
    "title": lambda line: (line.title.casefold(), line.code),
    "type": lambda line: (line.types, line.title.casefold()),
    "starts": lambda line: (line.starts or _EVER, line.title.casefold()),
    "due": lambda line: (line.due or _EVER, line.title.casefold()),
    "status": lambda line: (_urgency(line), line.title.casefold()),
    "used": lambda line: (line.used, line.bought, line.title.casefold()),
    "available": lambda line: (line.available, line.title.casefold()),
}
FIRST = "status"  # what has expired is what the page opens on


@dataclass(frozen=True, slots=True)
class Cut(Generic[T]):
    """One page of a list."""

    items: Sequence[T]
    number: int  # from 1
    last: int
    total: int


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the same page with other parameters."""

    path: str
    parameters: Mapping[str, str]

    def to(self, **changes: str | int) -> str:
        """Return the address with some parameters changed; those that are "" are left out."""
        merged = {**self.parameters, **{name: str(value) for name, value in changes.items()}}
        kept = {name: value for name, value in merged.items() if value}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    def page(self, number: int) -> str:
        """Return the address of one page of a list."""
        return self.to(page=number if number > 1 else "")


def found(lines: Iterable[ProductLine], word: str) -> list[ProductLine]:
    """Return the products whose title or code has a word."""
    word = word.casefold().strip()
    return [one for one in lines if word in one.title.casefold() or word in one.code.casefold()]


def ordered(
    lines: Iterable[ProductLine], order: str, *, descending: bool = False
) -> list[ProductLine]:
    """Return the products in the order of a column; one that is not there is the first."""
    return sorted(lines, key=ORDERS.get(order, ORDERS[FIRST]), reverse=descending)


def cut(items: Sequence[T], number: str, size: int) -> Cut[T]:
    """Return the page of a number as people type it: the nearest that there is."""
    last = last_page(len(items), size)
    at = min(read_page(number), last)
    return Cut(items[(at - 1) * size : at * size], at, last, len(items))


def read_page(text: str) -> int:
    """Return a page's number, 1 for whatever is none."""
    return max(int(text), 1) if text.isascii() and text.isdecimal() and len(text) < 8 else 1


def last_page(total: int, size: int) -> int:
    """Return the number of the last page; an empty list has one."""
    return max(-(-total // size), 1)


def _urgency(line: ProductLine) -> tuple[int, datetime]:
    """Return what sorts first what must be seen to first."""
    if not line.status.in_force and line.status.name != "DEMO":
        return 0, line.due or _EVER
    if line.warning:
        return 1, line.due or _EVER
    return (3 if line.status.name == "DEMO" else 2), line.due or _EVER

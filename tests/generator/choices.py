"""Choices made by Hypothesis, one byte each: what a grammar needs to write a statement."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

PLENTY = 220  # bytes that one statement may use up


class Choices:
    """Each choice uses one byte up; without any left, the first of the options is taken.

    So the simplest option stands first everywhere: there every statement comes to an end, and that
    is where Hypothesis looks for a smaller example.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self.plain = False  # nothing is chosen that is not read in a DO block

    def below(self, count: int) -> int:
        """Return a number from 0 up to, but not including, `count` (at most 256)."""
        at = self._at
        self._at = at + 1
        return self._data[at] % count if at < len(self._data) else 0

    def of(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def one_in(self, count: int) -> bool:
        return self.below(count) == count - 1

    def maybe(self, text: str, one_in: int = 4) -> str:
        """Return the text, with a blank before it, or nothing."""
        return " " + text if self.one_in(one_in) else ""

    def then(self, options: Sequence[Callable[[], T]]) -> T:
        """Return what one of the functions returns."""
        return self.of(options)()

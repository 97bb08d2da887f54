"""A trail writes in order what it is handed; what cannot be written waits, and holds nobody up."""

import errno
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from proxies import eventually

from pgtoll.trails.writing import Trail

SECONDS = 20.0


class Shelf:
    """An end of a trail that can be out of order."""

    def __init__(self, at_once: int = 1000) -> None:
        self.kept: list[int] = []
        self.tried = 0
        self.closed = False
        self.trouble: Exception | None = None
        self.free = threading.Event()
        self.free.set()
        self._at_once = at_once

    def write(self, entries: Sequence[int], /) -> int:
        self.tried += 1
        self.free.wait(SECONDS)
        if self.trouble is not None:
            raise self.trouble
        self.kept += entries[: self._at_once]
        return min(len(entries), self._at_once)

    def close(self) -> None:
        self.closed = True


FULL = OSError(errno.ENOSPC, "No space left on device")


@contextmanager
def trail(
    shelf: Shelf, *, most: int = 100, gap: Callable[[int], int] | None = None, **more: object
) -> Iterator[Trail[int]]:
    made = Trail("shelf", shelf, most=most, gap=gap, retry=0.02, **more)  # type: ignore[arg-type]
    yield made
    made.finish(SECONDS)
    assert shelf.closed


def test_everything_is_written_in_order_and_once() -> None:
    shelf = Shelf(at_once=7)
    with trail(shelf, most=10_000) as made:
        for number in range(1000):
            made.put(number)
    assert shelf.kept == list(range(1000))
    assert (made.written, made.waiting, made.lost) == (1000, 0, 0)


def test_what_cannot_be_written_now_is_written_later(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf()
    shelf.trouble = FULL
    with caplog.at_level(logging.INFO, "pgtoll.trails"), trail(shelf) as made:
        for number in range(10):
            made.put(number)
        assert eventually(lambda: shelf.tried > 3, within=SECONDS)
        assert (shelf.kept, made.waiting) == ([], 10)
        shelf.trouble = None
        assert eventually(lambda: made.waiting == 0, within=SECONDS)
    assert shelf.kept == list(range(10))
    assert [line.partition(";")[0] for line in caplog.messages] == [
        "cannot write to shelf: no space left on device",
        "records are written to shelf again",
    ]


def test_who_hands_something_over_never_waits() -> None:
    shelf = Shelf()
    shelf.free.clear()  # a disk that hangs
    with trail(shelf, most=10) as made:
        for number in range(10_000):
            made.put(number)
        assert made.waiting <= 10 + made._most
        shelf.free.set()
    assert shelf.kept[-10:] == list(range(9_990, 10_000))
    assert made.lost + len(shelf.kept) == 10_000


def test_where_some_were_given_up_it_is_said_how_many() -> None:
    shelf = Shelf()
    shelf.trouble = FULL
    with trail(shelf, most=3, gap=lambda number: -number) as made:
        made.put(0)
        assert eventually(lambda: shelf.tried > 0, within=SECONDS)  # it has taken the first
        for number in range(1, 9):
            made.put(number)
        shelf.trouble = None
    assert shelf.kept == [0, -5, 6, 7, 8]
    assert made.lost == 5


def test_what_is_heavy_counts_for_more() -> None:
    shelf = Shelf()
    shelf.free.clear()
    with trail(shelf, weigh=lambda number: number, heaviest=100) as made:
        for number in (1, 60, 60, 500):
            made.put(number)
        shelf.free.set()
    assert shelf.kept[-1] == 500  # however heavy, one may always wait
    assert made.lost >= 1


def test_a_record_that_nobody_foresaw_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shelf = Shelf()
    shelf.trouble = ValueError("no such letter")
    with trail(shelf) as made:
        made.put(1)
        assert eventually(lambda: made.lost == 1, within=SECONDS)
        shelf.trouble = None
        made.put(2)
    assert shelf.kept == [2]
    assert "could not be written to shelf" in caplog.text


def test_the_end_does_not_wait_forever(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf()
    shelf.trouble = FULL
    made = Trail("shelf", shelf, retry=0.02)
    for number in range(5):
        made.put(number)
    made.finish(0.2)
    assert eventually(lambda: shelf.closed, within=SECONDS)
    assert eventually(lambda: made.lost == 5, within=SECONDS)
    assert "5 records were not written to shelf before the end" in caplog.text

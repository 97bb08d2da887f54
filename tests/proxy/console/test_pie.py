"""The pie of seats: its slice ends where the share of seats says."""

import pytest

from pgtoll.console.pie import Pie, pie


@pytest.mark.parametrize(
    ("used", "bought", "end"),
    [(1, 4, "0 1 98.000 50.000"), (2, 4, "0 1 50.000 98.000"), (3, 4, "1 1 2.000 50.000")],
)
def test_the_slice_goes_round_with_the_clock(used: int, bought: int, end: str) -> None:
    drawn = pie(used, bought)
    assert drawn.path == f"M50 50V2A48 48 0 {end}Z"
    assert (drawn.full, drawn.over) == (False, False)


def test_no_seat_and_every_seat_are_no_slices() -> None:
    assert pie(0, 5) == Pie("", full=False, over=False, words="0 of 5 seats used, 5 available")
    assert pie(5, 5) == Pie("", full=True, over=False, words="5 of 5 seats used, 0 available")
    assert not pie(0, 0).full


def test_more_than_were_bought_is_said() -> None:
    drawn = pie(1200, 1000)
    assert drawn.full
    assert drawn.over
    assert drawn.words == "1,200 seats granted, 200 more than were bought"

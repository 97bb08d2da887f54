"""Whether a seat is used: by days that are kept, and for no longer than those."""

import asyncio
from datetime import date, timedelta

import pytest
from officing import moment
from servers import Postgres

from pgtoll.office.idleness import SeatUse, Uses, count_users, read_last_days, read_uses

TODAY = date(2026, 6, 1)
AGES = {None: None, 0: TODAY, 40: TODAY - timedelta(days=40)}


@pytest.mark.parametrize(
    ("granted", "last", "recorded", "idle"),
    [(300, 0, 300, 0), (300, 40, 300, 40), (300, None, 300, 300), (300, None, 10, 10),
     (20, 40, 300, 20), (300, 40, 10, 40), (-1, None, 300, 0)],
)  # fmt: skip
def test_a_seat_is_idle_since_the_last_of_three_days(
    granted: int, last: int | None, recorded: int, idle: int
) -> None:
    seat = SeatUse("p", "u", TODAY - timedelta(days=granted), AGES[last])
    assert seat.idle_days(TODAY - timedelta(days=recorded), TODAY) == idle


def test_those_idle_longest_come_first() -> None:
    long_ago = TODAY - timedelta(days=300)
    ann, ben = SeatUse("p", "ann", long_ago, AGES[40]), SeatUse("p", "ben", long_ago, None)
    assert Uses((ann, ben), long_ago).idle(40, TODAY) == (ben, ann)
    assert Uses((ann, ben), long_ago).idle(41, TODAY) == (ben,)


def test_days_are_read_with_the_seats(any_store: Postgres) -> None:
    any_store.execute(
        "INSERT INTO pgtoll.seat (product, username) VALUES ('p', 'ann'), ('p', 'ben');"
        "INSERT INTO pgtoll.seen VALUES ('ann', '2026-05-31'), ('zoe', '2026-05-02')"
    )

    async def story() -> None:
        async with moment(any_store) as connection:
            uses = await read_uses(connection)
            found = {one.user: one.last_day for one in uses.seats}
            assert found == {"ann": date(2026, 5, 31), "ben": None}
            assert uses.recorded == uses.seats[0].granted
            assert await read_last_days(connection, ["zoe", "ben"]) == {"zoe": date(2026, 5, 2)}
            assert await count_users(connection, TODAY, 30) == 1
            assert await count_users(connection, TODAY, 31) == 2

    asyncio.run(story())

"""By the recording that is kept, it is told what an upload would change for whom."""

from dataclasses import replace

import pytest
from license_samples import MARKETING, NOW, PERSONAL
from officing import Office, file, in_office
from recording_samples import TAKING, collected
from servers import Postgres

from pgtoll.office import forecasts
from pgtoll.office.refusals import NotPossible
from pgtoll.recording.tally import Who
from pgtoll.store import recordings


async def keep(office: Office, *users: str) -> None:
    ran = [(Who(user, user), "SELECT amount FROM mrktinvoice") for user in users]
    async with office.desk._store.transaction("keep") as connection:
        await recordings.keep(connection, collected(ran).as_file(TAKING), 1)


def test_exactly_those_lose_whose_seats_go(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(3)
        await office.grant("alice", "bob", "carol")
        smaller = file(replace(PERSONAL, serial=2, seats=2, issued=NOW))
        assert await office.desk.forecast_upload([smaller], NOW) is None  # none is kept
        await keep(office, "alice", "bob", "carol", "carol", "dan")
        found = await office.desk.forecast_upload([smaller], NOW)
        assert found is not None
        (part,) = found.parts
        (line,) = part.lines
        assert (part.change.value, line.user, line.statements) == ("loses", "carol", 2)
        assert line.after == "user's seat is beyond the 2 that were bought"
        assert line.tables == ("public.mrktinvoice",)
        same = await office.desk.forecast_upload([file(MARKETING)], NOW)
        assert same is not None
        assert same.parts == ()
        with pytest.raises(NotPossible):
            await office.desk.forecast_upload([replace(smaller, data=b"{}")], NOW)

    in_office(any_database, story)


def test_a_large_one_is_left_to_the_command(
    any_database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasts, "MOST_ENTRIES", 1)

    async def story(office: Office) -> None:
        await keep(office, "alice", "bob")
        found = await office.desk.forecast_upload([file(MARKETING)], NOW)
        assert found is not None
        assert (found.too_large, found.parts, found.statements) == (True, (), 2)

    in_office(any_database, story)

"""What is held is verified once, and never shown as it was."""

import asyncio
from dataclasses import replace

from license_samples import MARKETING, PERSONAL
from officing import Office, in_office, moment
from servers import Postgres

from pgtoll.office.holdings import Held, Holdings


async def read(office: Office, holdings: Holdings) -> Held:
    async with moment(office.database) as connection:
        return await holdings.read(connection)


def test_what_has_not_changed_is_not_verified_again(database: Postgres) -> None:
    async def story(office: Office) -> None:
        holdings = Holdings(office.config.trust.keys(), None)
        await office.buy(2)
        first = await read(office, holdings)
        assert await read(office, holdings) is first
        await office.upload(replace(PERSONAL, serial=2, seats=9))
        second = await read(office, holdings)
        assert second.policy.licenses[PERSONAL.id].seats == 9
        (product,) = (one for one in first.documents.values() if one in second.documents.values())
        assert product.serial == MARKETING.serial

    in_office(database, story)


def test_a_changed_file_is_looked_at_again(database: Postgres) -> None:
    async def story(office: Office) -> None:
        holdings = Holdings(office.config.trust.keys(), None)
        await office.buy(2)
        await read(office, holdings)
        office.database.execute("UPDATE pgtoll.document SET file = 'x' WHERE kind = 'license'")
        held = await read(office, holdings)
        assert [problem.document.code for problem in held.problems] == [PERSONAL.id]
        assert not held.policy.licenses

    in_office(database, story)


def test_any_number_may_read_at_once(database: Postgres) -> None:
    async def story(office: Office) -> None:
        holdings = Holdings(office.config.trust.keys(), None)
        await office.buy(2)
        all_held = await asyncio.gather(*(read(office, holdings) for _ in range(5)))
        assert all(PERSONAL.id in held.policy.licenses for held in all_held)

    in_office(database, story)

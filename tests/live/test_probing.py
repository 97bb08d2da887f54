"""What servers say of themselves, and how long that is believed."""

import asyncio
from collections.abc import Iterator

import pytest
import servers
from programs import linux
from proxies import eventually
from replicas import Pair, is_standby, pair
from servers import Postgres, free_port

from pgtoll.store.link import Connection, connect
from pgtoll.upstream.hosts import Place, State
from pgtoll.upstream.probing import Probing

pytestmark = [pytest.mark.live, linux]

PRIMARY = State(standby=False, read_only=False)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Pair]:
    binaries = servers.system_binaries(15)
    if binaries is None:
        pytest.skip("PostgreSQL 15 is not installed")
    with pair(binaries) as made:
        yield made


def at(server: Postgres) -> Place:
    return Place(server.host, server.host, server.port)


def test_a_primary_and_a_standby_are_told_apart(nodes: Pair) -> None:
    async def ask() -> list[State | None]:
        asking = Probing(nodes.primary.server.dsn, 5.0)
        return [await asking.state(at(one.server)) for one in (nodes.primary, nodes.standby)]

    assert asyncio.run(ask()) == [PRIMARY, State(standby=True, read_only=False)]


def test_a_database_may_be_for_reading(database: Postgres) -> None:
    database.execute(f"ALTER DATABASE {database.dbname} SET default_transaction_read_only = on")

    async def ask() -> State | None:
        return await Probing(database.dsn, 5.0).state(at(database))

    assert asyncio.run(ask()) == State(standby=False, read_only=True)


def test_any_number_of_clients_is_one_question(
    database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def counted(dsn: str, kind: str) -> Connection:
        nonlocal asked
        asked += 1
        return await connect(dsn, kind)

    monkeypatch.setattr("pgtoll.upstream.probing.connect", counted)

    async def ask() -> None:
        asking = Probing(database.dsn, 5.0)
        states = await asyncio.gather(*(asking.state(at(database)) for _ in range(50)))
        assert states == [PRIMARY] * 50
        assert asked == 1
        await asking.state(at(database), again=True)
        assert asked == 2
        asking.forget(at(database))
        await asking.state(at(database))
        assert asked == 3

    asyncio.run(ask())


def test_what_does_not_answer_holds_nobody_up_for_long(database: Postgres) -> None:
    nobody = Place("127.0.0.1", "127.0.0.1", free_port())

    async def ask() -> None:
        asking = Probing(database.dsn, 5.0)
        assert await asking.state(nobody) is None
        async with asyncio.timeout(1.0):
            assert [await asking.state(nobody) for _ in range(100)] == [None] * 100

    asyncio.run(ask())


def test_a_standby_that_is_promoted_is_a_primary_within_moments(nodes: Pair) -> None:
    asking = Probing(nodes.primary.server.dsn, 5.0)
    standby = nodes.standby.server

    async def told() -> State | None:
        return await asking.state(at(standby))

    with asyncio.Runner() as runner:
        before = runner.run(told())
        assert before is not None
        assert before.standby
        nodes.standby.promote()
        assert eventually(lambda: not is_standby(standby), within=30)
        assert eventually(lambda: runner.run(told()) == PRIMARY, within=5)

"""asyncpg, which speaks the protocol in a way of its own, sees the same through the proxy."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from proxies import Person
from psycopg.conninfo import conninfo_to_dict

pytestmark = pytest.mark.live

Seen = list[object]
Connection = Any  # asyncpg is not typed
SECONDS = 20.0
ITEMS = (
    "CREATE TYPE mood AS ENUM ('glad', 'sad')",
    "CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, price numeric, felt mood)",
    "INSERT INTO item SELECT g, 'item ' || g, g * 1.5, 'glad' FROM generate_series(1, 20) g",
)


async def failure(work: Awaitable[object]) -> Seen:
    """Every field of the error that something fails with."""
    with pytest.raises(asyncpg.PostgresError) as caught:
        await work
    return [*sorted((k, v) for k, v in vars(caught.value).items() if isinstance(v, str))]


async def queries(connection: Connection) -> Seen:
    seen = [await connection.fetch("SELECT id, name, price FROM item WHERE id < $1 ORDER BY 1", 4)]
    seen.append(await connection.fetchval("SELECT count(*) FROM item"))
    seen.append(await connection.execute("UPDATE item SET price = $1 WHERE id = $2", 9, 1))
    return [*seen, await connection.execute("DELETE FROM item WHERE id = 20; SELECT 1")]


async def prepared_statements(connection: Connection) -> Seen:
    statement = await connection.prepare("SELECT name, felt FROM item WHERE id = $1")
    seen: Seen = [await statement.fetchrow(n) for n in (1, 2, 99)]
    described = [(one.name, one.type.name) for one in statement.get_attributes()]
    insert = await connection.prepare("INSERT INTO item VALUES ($1, $2) RETURNING id")
    return [*seen, described, await insert.fetchval(30, "thirty"), insert.get_statusmsg()]


async def cursors(connection: Connection) -> Seen:
    async with connection.transaction():
        seen: Seen = [row async for row in connection.cursor("SELECT id FROM item", prefetch=3)]
        cursor = await connection.cursor("SELECT id FROM item ORDER BY id")
        seen.append(await cursor.fetch(3))
        await cursor.forward(2)
        return [*seen, await cursor.fetchrow()]


async def copies(connection: Connection) -> Seen:
    records = [(100 + n, f"record {n}", None, "sad") for n in range(50)]
    seen: Seen = [await connection.copy_records_to_table("item", records=records)]
    out: list[bytes] = []

    async def take(data: bytes) -> None:
        out.append(data)

    seen.append(await connection.copy_from_table("item", output=take, format="csv"))
    seen.append(await connection.copy_from_query("SELECT 1, $1::text", "x", output=take))
    return [*seen, b"".join(out), await connection.fetchval("SELECT count(*) FROM item")]


async def copies_that_fail(connection: Connection) -> Seen:
    double = [(1, "again", None, None)]
    seen = await failure(connection.copy_records_to_table("item", records=double))
    return [*seen, await connection.fetchval("SELECT count(*) FROM item")]


async def transactions(connection: Connection) -> Seen:
    async with connection.transaction(isolation="serializable"):
        await connection.execute("INSERT INTO item VALUES (40, 'kept')")
        try:
            async with connection.transaction():
                await connection.execute("DELETE FROM item")
                raise ZeroDivisionError
        except ZeroDivisionError:
            seen: Seen = [connection.is_in_transaction()]
    async with connection.transaction():
        seen += await failure(connection.fetch("SELECT 1/0"))
        seen += await failure(connection.fetch("SELECT 1"))
    return [*seen, await connection.fetch("SELECT id FROM item ORDER BY id DESC LIMIT 2")]


async def failures(connection: Connection) -> Seen:
    seen = await failure(connection.fetch("SELECT 1/$1::int", 0))
    seen += await failure(connection.fetch("SELEC 1"))
    seen += await failure(connection.execute("INSERT INTO item VALUES (1, 'again')"))
    seen += await failure(connection.fetch("SELECT nothing FROM item"))
    return [*seen, *await failure(connection.executemany("INSERT INTO item VALUES ($1)", [(1,)]))]


async def many_at_once(connection: Connection) -> Seen:
    values = [(200 + n, f"many {n}") for n in range(100)]
    await connection.executemany("INSERT INTO item (id, name) VALUES ($1, $2)", values)
    return [await connection.fetchval("SELECT count(*) FROM item")]


async def notifications(connection: Connection) -> Seen:
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def hear(_: Connection, __: int, channel: str, payload: str) -> None:
        heard.put_nowait((channel, payload))

    await connection.add_listener("news", hear)
    await connection.execute("NOTIFY news, 'one'")
    await connection.fetch("SELECT pg_notify('news', $1)", "two")
    async with asyncio.timeout(SECONDS):
        seen: Seen = [await heard.get(), await heard.get()]
    await connection.remove_listener("news", hear)
    return seen


async def timeouts(connection: Connection) -> Seen:
    with pytest.raises(TimeoutError):
        await connection.execute("SELECT pg_sleep(20)", timeout=0.2)
    seen: Seen = [await connection.fetchval("SELECT 1")]
    await connection.reset()
    return seen


STORIES = [
    queries,
    prepared_statements,
    cursors,
    copies,
    copies_that_fail,
    transactions,
    failures,
    many_at_once,
    notifications,
    timeouts,
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_asyncpg_sees_no_difference(
    person: Person, story: Callable[[Connection], Awaitable[Seen]]
) -> None:
    beside = asyncio.run(observed(person, story, proxied=False))
    assert asyncio.run(observed(person, story, proxied=True)) == beside


async def observed(
    person: Person, story: Callable[[Connection], Awaitable[Seen]], *, proxied: bool
) -> Seen:
    """What a story sees, and the notices that come meanwhile."""
    await asyncio.to_thread(person.clean, *ITEMS)
    at = conninfo_to_dict(person.dsn(proxied=proxied))
    connection = await asyncpg.connect(
        host=at["host"],
        port=at["port"],
        user=at["user"],
        database=at["dbname"],
        ssl="prefer",
        server_settings={"search_path": person.schema},
        timeout=SECONDS,
    )
    heard: Seen = []
    connection.add_log_listener(lambda _, message: heard.append(message.as_dict()))
    try:
        return [*await story(connection), heard]
    finally:
        await connection.close(timeout=SECONDS)

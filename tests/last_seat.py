"""One of several processes that want the same last seat, each for many users at the same moment.

Run as a program: DSN, the file of the vendor's public key, who acts ("" by the store itself, or a
role at a desk), and users. It prints "ready", waits for a line, and prints how many of the users
got a seat.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from license_samples import NOW

from pgtoll.config import Config, Server, Trust
from pgtoll.config import Store as StoreAt
from pgtoll.errors import StoreError
from pgtoll.office.desk import Desk
from pgtoll.store.store import Store

Grant = Callable[[str], Awaitable[object]]


async def by_store(dsn: str, pem: bytes, close: AsyncExitStack) -> Grant:
    store = await Store.connect(dsn)
    close.push_async_callback(store.close)
    keys = Trust((pem,)).keys()
    return lambda user: store.grant("marketing", [user], keys=keys, now=NOW)


async def by_desk(dsn: str, pem: bytes, actor: str, close: AsyncExitStack) -> Grant:
    desk = await Desk.open(Config(Server(dsn), StoreAt(dsn), trust=Trust((pem,))))
    close.push_async_callback(desk.close)
    return lambda user: desk.apply("marketing", grant=[user], actor=actor, now=NOW)


async def attempt(grant: Grant, user: str) -> int:
    try:
        await grant(user)
    except StoreError as exc:
        if "1 seat " not in str(exc):
            raise
        return 0
    return 1


async def main(dsn: str, pem: bytes, actor: str, users: list[str]) -> int:
    async with AsyncExitStack() as close:
        if actor:
            grants = [await by_desk(dsn, pem, actor, close)] * len(users)
        else:
            grants = [await by_store(dsn, pem, close) for _ in users]
        print("ready", flush=True)  # noqa: T201 (to the process that waits for it)
        await asyncio.to_thread(sys.stdin.readline)
        results = await asyncio.gather(*map(attempt, grants, users))
    return sum(results)


if __name__ == "__main__":
    dsn, key, actor, *users = sys.argv[1:]
    print(asyncio.run(main(dsn, Path(key).read_bytes(), actor, users)))  # noqa: T201

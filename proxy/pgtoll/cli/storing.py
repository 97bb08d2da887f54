"""Commands meet the store here: one connection for one piece of work, and the time to judge by."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from pgtoll.clock import system_time
from pgtoll.config import Config
from pgtoll.errors import StoreError
from pgtoll.store.store import Store
from pgtoll_policy.policy import Policy

T = TypeVar("T")


def with_store(config: Config, work: Callable[[Store], Awaitable[T]]) -> T:
    """Return what the work gives, done with a store that is connected only for it.

    The store goes by the revocations beside the trusted keys, as a proxy's does.
    """

    async def run() -> T:
        store = await Store.connect(config.store.dsn)
        try:
            if config.trust.revocations:
                store.revoked.trust(config.trust.revocations, config.trust.keys())
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def with_policy(config: Config) -> tuple[Policy, datetime]:
    """Return the policy in force, and the time to judge by."""

    async def read(store: Store) -> tuple[Policy, datetime]:
        policy, _ = await store.load_policy(config.trust.keys(), config.customer)
        return policy, await present(store)

    return with_store(config, read)


async def present(store: Store) -> datetime:
    """Return the time that licenses are judged by: no earlier than any proxy has seen.

    License administrators may not write the store's mark; they see what this machine's clock says.
    """
    now = system_time()
    try:
        await store.look_back(now)  # before the mark is other than it was
        return await store.tick(now)
    except StoreError:
        return now

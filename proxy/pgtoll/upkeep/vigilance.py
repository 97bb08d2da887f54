"""What a proxy does for a store that was taken back: notice it, tell it, give it what it lacks."""

import logging
from datetime import datetime

from pgtoll.backup.setbacks import sentence
from pgtoll.errors import StoreError
from pgtoll.store.store import Store
from pgtoll_policy.errors import LicenseError
from pgtoll_policy.keys import TrustedKeys

log = logging.getLogger("pgtoll.vigilance")


async def look_back(store: Store, now: datetime) -> None:
    """Write it down, and into the log, when the store was taken back. Raises nothing for it."""
    try:
        found = await store.look_back(now)
    except StoreError as exc:
        log.warning("%s", exc)
        return
    if found:
        log.warning("%s", sentence(found))


async def tell_setbacks(store: Store) -> None:
    """Write into the log what nobody has seen to yet."""
    for one in await store.setbacks():
        log.warning("%s (noticed on %s)", sentence(one), f"{one.at:%Y-%m-%d %H:%M:%S} UTC")


async def give_revocations(
    store: Store, keys: TrustedKeys, customer: str | None, now: datetime
) -> None:
    """Give the store the revocations that this proxy goes by and it has not."""
    try:
        given = await store.give_revocations(keys, customer, now=now)
    except (StoreError, LicenseError) as exc:
        log.warning("a revocation that holds was not in the store, nor could it be stored: %s", exc)
        return
    if given:
        log.warning("the store was given a revocation that it had not: of %s", ", ".join(given))

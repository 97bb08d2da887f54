"""Work that is done again and again, and that may fail: then it is tried again later."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from pgtoll.errors import StoreError

log = logging.getLogger("pgtoll.upkeep")


async def every(
    seconds: float, act: Callable[[], Awaitable[None]], *, at_once: bool = False
) -> None:
    """Do something forever, so many seconds after it was done before."""
    first = at_once
    while True:
        if not first:
            await asyncio.sleep(seconds)
        first = False
        await tried("housekeeping failed", act())


async def tried(what: str, work: Awaitable[None]) -> bool:
    """Whether the work was done; if not, the reason is logged and it is tried again later."""
    try:
        await work
    except StoreError as exc:
        log.warning("%s: %s", what, exc)
        return False
    return True


async def waited(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, or so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()

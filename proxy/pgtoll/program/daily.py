"""What a worker does now and then: see who is still here, write down the day, forget the oldest."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from pgtoll.attendance import Attendance
from pgtoll.config import Config
from pgtoll.counts import plural
from pgtoll.errors import StoreError
from pgtoll.office.retention import Retention
from pgtoll.office.sampling import Sampling
from pgtoll.server import Server

log = logging.getLogger("pgtoll.daily")

FIRST_SECONDS = 60.0  # after the start, which has enough to do
LOOK_SECONDS = 600.0


async def keep_days(
    server: Server,
    attendance: Attendance,
    config: Callable[[], Config],
    now: Callable[[], datetime],
) -> None:
    """Look now and then, until cancelled. `config` returns the settings in force."""
    sampling, retention, seconds = Sampling(), Retention(), FIRST_SECONDS
    while True:
        await asyncio.sleep(seconds)
        seconds = LOOK_SECONDS
        attendance.look((id(one), one.client.taken, one.judge.user) for one in server.links)
        try:
            await sampling.take(config(), now())
        except StoreError as exc:
            log.warning("the day's figures were not written down: %s", exc)
        await forget(retention, config(), now())


async def forget(retention: Retention, config: Config, now: datetime) -> None:
    """Delete what of the audit is too old, and say how much that was, or why not."""
    try:
        if deleted := await retention.keep(config, now):
            kept = plural(config.audit.days, "day")
            log.info("%s of more than %s deleted", plural(deleted, "audit record"), kept)
    except StoreError as exc:
        log.warning("old records of the audit were not deleted: %s", exc)

"""What a worker does now and then: look who is still here, and write down the day's figures."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from pgtoll.attendance import Attendance
from pgtoll.config import Config
from pgtoll.errors import StoreError
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
    sampling, seconds = Sampling(), FIRST_SECONDS
    while True:
        await asyncio.sleep(seconds)
        seconds = LOOK_SECONDS
        attendance.look((id(one), one.client.taken, one.judge.user) for one in server.links)
        try:
            await sampling.take(config(), now())
        except StoreError as exc:
            log.warning("the day's figures were not written down: %s", exc)

"""How current the policy in force is known to be, and that it is never followed by an older one."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from pgtoll.errors import StoreError
from pgtoll.in_force import InForce
from pgtoll.store.channel import Beat
from pgtoll.store.policy_changes import Change, Known
from pgtoll.store.store import Store

log = logging.getLogger("pgtoll.upkeep")

LAPSE_SECONDS = 0.5  # between looks at whether the policy is still gone by
BEGIN_SECONDS = 15.0  # for the store to commit for the first time
HANGS_SECONDS = 12.0  # that a commit may take, which is asked for every five seconds


class Currency:
    """What a proxy has seen of its store.

    The policy is confirmed as of a moment when the store has shown after it that nothing has
    changed, and has committed something that was sent after it: one that is cut off from the
    standbys that its commits wait for may have been replaced without knowing it.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.gone_by: Change | None = None  # the last change that the policy in force shows
        self.unreported: Change | None = None  # the store does not know of it, and has to be told
        self.problem = ""  # why the store is not gone by now
        self._shown = self._committed = now()
        self._judged: tuple[UUID | None, bool] | None = None  # what the problem was found by

    @property
    def confirmed(self) -> float:
        """When the policy in force was last known to be what is stored, by time.monotonic."""
        return min(self._shown, self._committed)

    def committed(self, sent: float) -> None:
        """Take note that the store has committed what was sent at that time."""
        self._committed = max(self._committed, sent)

    def judge(self, known: Known) -> bool:
        """Whether the store may be gone by; if not, `problem` says why."""
        self.problem = known.problem
        self.unreported = known.missing[0] if known.missing else None
        self._judged = (known.newest.mark, bool(known.lost or known.missing))
        return not self.problem

    def go_by(self, change: Change, asked: float) -> None:
        """Take note that what the store has shown since that time is in force, up to a change."""
        self.gone_by = change
        self._shown = max(self._shown, asked)

    def hear(self, beat: Beat) -> bool:
        """Whether the policy has to be read again, for it is not what the store has now."""
        if self.problem:
            return (beat.newest, beat.lost) != self._judged
        if self.gone_by is None or beat.newest != self.gone_by.mark or beat.lost:
            return True
        self._shown = max(self._shown, beat.asked)
        return False

    async def report(self, store: Store) -> None:
        """Tell the store what it has lost, if that is not done. Raises StoreError."""
        if lost := self.unreported:
            await store.report(lost)
            self.unreported = None

    def tell(self, gate: InForce, *, connected: bool) -> None:
        """Let the gate know how current the policy is known to be."""
        lapsed = gate.lapsed
        gate.confirmed = self.confirmed
        gate.problem = self.problem or self._silence(connected=connected)
        if lapsed and not gate.lapsed:
            gate.picture = replace(gate.picture)  # for sessions to look at once

    def _silence(self, *, connected: bool) -> str:
        if not connected:
            return "it does not answer"
        hangs = self._shown - self._committed > HANGS_SECONDS
        return "it commits nothing: a standby that it waits for may be away" if hangs else ""


async def committed(write: Awaitable[None]) -> None:
    """Wait for the first write to be committed, but not for a standby that is away.

    Raises StoreError.
    """
    try:
        async with asyncio.timeout(BEGIN_SECONDS):
            await write
    except TimeoutError as exc:
        raise StoreError(
            "the store commits nothing: is a standby away that its commits wait for "
            "(synchronous_standby_names)?"
        ) from exc


async def watch_lapse(gate: InForce) -> None:
    """Log when the policy is gone by no more, and when it is again; forever."""
    while True:
        while not gate.lapsed:  # noqa: ASYNC110 (it comes by the clock)
            await asyncio.sleep(LAPSE_SECONDS)
        log.error("every statement is refused, for nobody knows what is licensed: %s", gate.lapsed)
        while gate.lapsed:  # noqa: ASYNC110
            await asyncio.sleep(LAPSE_SECONDS)
        log.warning("statements are judged again: the store has confirmed what is licensed")

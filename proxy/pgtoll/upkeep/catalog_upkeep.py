"""Keep the catalog in force what the database's catalog is."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from psycopg import ConnectionInfo

from pgtoll.catalog.marks import Confirming, Mark, forget_old, take_mark
from pgtoll.catalog.snapshot import Snapshot, glance, read_snapshot, repinned
from pgtoll.gate import Gate
from pgtoll.in_force import Picture
from pgtoll.parsing.bodies import Bodies
from pgtoll.store.link import Connection, connect_uncounted, cut, store_errors
from pgtoll.store.store import Store
from pgtoll.upkeep.chores import tried
from pgtoll.upkeep.grounds import Grounds
from pgtoll_policy.catalog import Catalog, build_catalog
from pgtoll_policy.pins import new_pins
from pgtoll_policy.policy import Policy

RETRY_SECONDS = 1.0  # before another attempt at what failed
SETTLE_SECONDS = 0.005  # changes that follow each other this closely are read once
COUNT_SECONDS = 0.05  # between looks at nothing but the count of DDL, where nobody says it moved
POLL_SECONDS = 2.0  # between looks at the catalog when nobody says that it changed
# To look at a hundred thousand tables takes a while, so there is this much time between such looks
# of ours, as a multiple of it: where the server tells of DDL, and where it does not.
SELDOM, OFTEN = 30.0, 4.0
# Reading the catalog waits no longer for a lock, which anybody may hold on a table of their own.
LOCK_SECONDS = 1
BODIES_SECONDS = 0.5  # that a catalog waits for the bodies of functions to be read
MORE_BODIES_SECONDS = 10.0  # for those left over, before the picture shows them
LATE_SECONDS = 2.0  # a look that takes longer than this leaves the catalog in doubt meanwhile


@dataclass(frozen=True, slots=True)
class Look:
    """The catalog, which shows all DDL up to the mark."""

    mark: Mark | None
    seen: Snapshot


class CatalogUpkeep:
    """Reads the catalog, and reads it again whenever it may have changed."""

    def __init__(
        self, dsn: str, bodies: Bodies, beside: Store, grounds: Grounds, *, tells: bool
    ) -> None:
        self.grounds = grounds  # the settings that the next catalog is made by
        self.looks = 0  # how often the catalog was read because it may have changed
        self._dsn = dsn
        self._bodies = bodies
        self._beside = beside  # keeps pins, in the database that is served
        self._tells = tells  # the server says at once when the catalog has changed
        self._seen: Snapshot | None = None  # of the catalog in force
        self._made_by: Grounds | None = None  # the settings that it was made by
        self._pinned_by: Policy | None = None  # what it names is pinned in the catalog in force
        self._versions = 0
        self._looked_at = 0.0  # when all of the catalog was last looked at, by the monotonic clock
        self._look_seconds = 0.0  # how long that took
        self._reading: Connection | None = None
        self._confirming = Confirming(dsn)

    async def end(self) -> None:
        """Let go of the server."""
        await self._confirming.close()
        if self._reading is not None:
            await self._reading.close()

    def cut(self) -> None:
        """Give up connections to a server that another one has replaced."""
        self._confirming.cut()
        if self._reading is not None:
            cut(self._reading)

    async def holds(self, mark: Mark) -> bool:
        """Whether all DDL that is in force now was when the mark was taken; False when in doubt."""
        return await self._confirming.holds(mark)

    async def reached(self) -> ConnectionInfo:
        """Return what a connection to the served database has found out about it."""
        return (await self._connection()).info

    async def read(self, policy: Policy) -> tuple[Catalog, Mark | None]:
        """Read all of it, and pin what the policy's products name for the first time."""
        return await self._catalog(policy, await self._look(None))

    async def run(self, gate: Gate, changed: asyncio.Event) -> None:
        """Keep the gate's catalog current until cancelled. Who knows of a change sets `changed`."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow_catalog(gate, changed))
            tasks.create_task(self._follow_bodies(gate))
            tasks.create_task(self._follow_count(gate, changed))

    async def _catalog(self, policy: Policy, look: Look) -> tuple[Catalog, Mark | None]:
        """Make a catalog of what was read, and pin what a product names for the first time."""
        grounds, seen = self.grounds, look.seen
        known = self._seen if policy is self._pinned_by else None
        fresh = seen.fresh(known) if known else None
        await self._bodies.learn(seen.functions, self._patience())
        catalog = await self._build(seen, grounds)
        if await self._pin(catalog, policy, fresh):
            async with store_errors("read the catalog"):
                seen = await repinned(await self._connection(), seen)
            catalog = await self._build(seen, grounds)
        # Only now: any step may have failed.
        self._seen, self._made_by, self._pinned_by = seen, grounds, policy
        return catalog, look.mark

    async def _pin(self, catalog: Catalog, policy: Policy, oids: set[int] | None) -> bool:
        pins = await asyncio.to_thread(new_pins, catalog, policy, oids)
        if pins:
            await self._beside.save_pins(pins)
        return bool(pins)

    async def _look(
        self,
        known: Picture | None,
        differs: Callable[[], None] = lambda: None,
    ) -> Look:
        """Read the catalog, as far as it is not that of the picture that is known."""
        async with store_errors("read the catalog"):
            connection, seen = await self._connection(), self._seen
            mark = await take_mark(connection)
            if seen and known and await self._is_steady(connection, known.mark, mark, seen):
                return Look(mark, seen)
            began = time.monotonic()
            look = Look(mark, await read_snapshot(connection, seen, differs))
            self._looked_at = time.monotonic()
            if look.seen is seen:
                self._look_seconds = self._looked_at - began
            else:
                await forget_old(connection)
            return look

    async def _is_steady(
        self, connection: Connection, before: Mark | None, now: Mark | None, seen: Snapshot
    ) -> bool:
        """Whether a short look is enough: no DDL has been told of, and a long one was not long ago.

        A long one finds what no event trigger tells of, and no short one does: changes that a
        superuser has made in the catalog by hand.
        """
        recent = time.monotonic() - self._looked_at < SELDOM * self._look_seconds
        if not recent or now is None or now != before:
            return False
        return await glance(connection) == seen.fingerprint.glance

    def _patience(self) -> float:
        """How long a catalog waits for the bodies of functions to be read, in seconds.

        Whoever comes first is not to be refused for what there was no time to read.
        """
        first = not self._versions
        return MORE_BODIES_SECONDS if first or self.grounds.strict else BODIES_SECONDS

    async def _build(self, seen: Snapshot, grounds: Grounds) -> Catalog:
        self._versions += 1
        return await asyncio.to_thread(
            build_catalog,
            seen.code,
            seen.directory,
            trusted=grounds.trusted,
            version=self._versions,
            bodies=self._bodies.known,
        )

    async def _connection(self) -> Connection:
        if self._reading is None or self._reading.broken:
            self._reading = connection = await connect_uncounted(self._dsn)
            async with store_errors("read the catalog"):
                await connection.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'".encode())
        return self._reading

    async def _follow_catalog(self, gate: Gate, changed: asyncio.Event) -> None:
        while True:
            try:
                async with asyncio.timeout(self._poll_seconds(gate.picture.mark)):
                    await changed.wait()
                await asyncio.sleep(SETTLE_SECONDS)
            except TimeoutError:
                pass  # nobody said so; look all the same
            changed.clear()
            gate.readable = await tried("the catalog was not read", self._renew_catalog(gate))
            if not gate.readable:
                gate.mistrust_catalog()
                await asyncio.sleep(RETRY_SECONDS)
                changed.set()

    def _poll_seconds(self, mark: Mark | None) -> float:
        """How long nothing is looked at when nobody says that the catalog has changed."""
        return POLL_SECONDS if mark else max(POLL_SECONDS, OFTEN * self._look_seconds)

    async def _follow_count(self, gate: Gate, changed: asyncio.Event) -> None:
        """Look at the catalog whenever the count of DDL has moved, where nobody says so."""
        while not self._tells:
            await asyncio.sleep(COUNT_SECONDS)
            mark = gate.picture.mark
            if mark and await self._confirming.counted() not in (None, mark.counted):
                changed.set()

    async def _follow_bodies(self, gate: Gate) -> None:
        """Read the bodies for which there was no time, and let the picture show them."""
        while True:
            await self._bodies.wanting.wait()
            seen, grounds = self._seen, self.grounds
            await self._bodies.read_on(MORE_BODIES_SECONDS)
            catalog = await self._build(seen, grounds) if seen else gate.picture.catalog
            if seen is self._seen and grounds is self._made_by:
                gate.picture = replace(gate.picture, catalog=catalog)
            if self._bodies.wanting.is_set():
                await asyncio.sleep(RETRY_SECONDS)

    async def _renew_catalog(self, gate: Gate) -> None:
        self.looks += 1
        doubts = gate.doubts  # those that come from here on, this look may be too early for
        late = asyncio.get_running_loop().call_later(LATE_SECONDS, gate.mistrust_catalog)
        try:
            policy = gate.picture.policy
            look = await self._look(gate.picture, gate.mistrust_catalog)
            if not await self._current(gate.picture, look):
                gate.mistrust_catalog()  # making it can be held up
                catalog, mark = await self._catalog(policy, look)
                gate.picture = replace(gate.picture, catalog=catalog, mark=mark)
            elif look.mark != gate.picture.mark:  # DDL came and went, or has begun
                gate.picture = replace(gate.picture, mark=look.mark)
        finally:
            late.cancel()
        gate.trust_catalog(doubts)

    async def _current(self, picture: Picture, look: Look) -> bool:
        """Whether the catalog in force is that of the database, with all pins of the policy."""
        if look.seen is not self._seen or self._made_by is not self.grounds:
            return False
        if picture.policy is not self._pinned_by:
            if await asyncio.to_thread(new_pins, picture.catalog, picture.policy):
                return False
            self._pinned_by = picture.policy
        return True

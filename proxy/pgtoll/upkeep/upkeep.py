"""Keep what is in force current: the policy, the catalog, the clock; and write what was refused."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from psycopg import ConnectionInfo

from pgtoll.attendance import Attendance
from pgtoll.audit import Audit
from pgtoll.catalog.marks import Mark
from pgtoll.clock import Clock
from pgtoll.config import Config
from pgtoll.errors import StoreError
from pgtoll.gate import Gate
from pgtoll.in_force import Picture
from pgtoll.parsing.bodies import Bodies
from pgtoll.store.audit_writing import RECORD_SECONDS, AuditWriting
from pgtoll.store.channel import POLICY, RECORDING, Beat
from pgtoll.store.managers import Managers
from pgtoll.store.migrations import ServerFacts, server_facts
from pgtoll.store.store import Store
from pgtoll.upkeep.catalog_upkeep import CatalogUpkeep
from pgtoll.upkeep.chores import every, tried, waited
from pgtoll.upkeep.currency import Currency, committed, watch_lapse
from pgtoll.upkeep.following import Following
from pgtoll.upkeep.grounds import Grounds
from pgtoll.upkeep.pacing import Paced
from pgtoll.upkeep.vigilance import give_revocations, look_back, tell_setbacks
from pgtoll_policy.policy import Policy

log = logging.getLogger("pgtoll.upkeep")

SETTLE_SECONDS = 0.005  # changes that follow each other this closely are read once
RETRY_SECONDS = 1.0  # before another attempt at what failed
CLOCK_SECONDS = 5.0  # between marks of the highest time, which show that the store takes writes
AROUND_SECONDS = 5.0  # between looks at whether another of several hosts is
REPORT_SECONDS = 0.5  # before a store is told of a change that it has lost
SEEN_SECONDS = 60.0  # between writes of who was here today
END_SECONDS = 3.0  # for the last of them, when the program ends


class Upkeep:
    """Reads what is in force, and reads it again whenever it may have changed.

    A new picture is built completely and then put in force by one assignment; when it cannot be
    built, the one in force stays and the next look tries again.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        audit: Audit,
        bodies: Bodies,
        store: Store,
        beside: Store,
        *,
        served: ServerFacts,
        kept: ServerFacts,
        follows: bool,
    ) -> None:
        self.abilities, self.ways = served.abilities, served.ways
        self._told = {store: kept.ways.hears, beside: served.ways.hears}
        self._grounds = Grounds.of(config, self.ways)
        self._catalog = CatalogUpkeep(
            config.server.dsn, bodies, beside, self._grounds, tells=served.tells_of_ddl
        )
        self._clock = clock
        self._store = store  # documents, seats, the clock, refusals
        self._beside = beside  # what the witness knows, in the database that is served
        self.managers = Managers(store.managers)
        self._lost: set[Store] = set()  # those whose notifications are not heard now
        self._currency = Currency()
        self.policies = 1  # how many have been in force
        self.policy_since = clock.now()  # when the one in force was put there
        self._looks = 0  # how often the policy was read because it may have changed
        self._problems: tuple[str, ...] = ()
        self._policy_changed = asyncio.Event()
        self.recording_changed = asyncio.Event()  # somebody may want to record, or no more
        self._writing = AuditWriting(audit, store)
        self._following = Following(store, audit)
        self._follows = follows
        self._changed = asyncio.Event()  # what the audit is told of
        self._attendance = Attendance()  # that of the gate, as soon as that is kept current

    @classmethod
    async def begin(
        cls, config: Config, clock: Clock, audit: Audit, bodies: Bodies, *, follows: bool = False
    ) -> "Upkeep":
        """Reach the store. Raises StoreError when it is not there or not prepared.

        Who `follows` tells the audit what is changed: one of the processes of a program.
        """
        kept = served = await server_facts(config.server.dsn)
        if config.store.dsn != config.server.dsn:
            kept = await server_facts(config.store.dsn)
        store = beside = await Store.connect(config.store.dsn)
        if config.store.dsn != config.server.dsn:
            beside = await Store.connect(config.server.dsn)

        upkeep = cls(
            config, clock, audit, bodies, store, beside, served=served, kept=kept, follows=follows
        )
        try:
            await committed(upkeep._keep_clock())
        except StoreError:
            await upkeep.end()
            raise
        await tell_setbacks(store)
        return upkeep

    async def end(self) -> None:
        """Write what is left and let go of the server."""
        await self._writing.end()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._write_seen()
        except (StoreError, TimeoutError) as exc:
            reason = exc if str(exc) else "the store does not answer"
            log.warning("who was here last was not recorded: %s", reason)
        await self._store.close()
        if self._beside is not self._store:
            await self._beside.close()
        await self._catalog.end()

    # Other settings

    async def check(self, config: Config) -> None:
        """See whether what is stored can be read by other settings. Raises a PgtollError."""
        grounds = Grounds.of(config, self.ways)
        await self._store.load_policy(grounds.keys, grounds.customer)

    def apply(self, config: Config, gate: Gate, catalog_changed: asyncio.Event) -> None:
        """Read everything again by other settings; until then nothing new counts as proven."""
        self._grounds = self._catalog.grounds = Grounds.of(config, self.ways)
        gate.doubt_catalog()
        self._policy_changed.set()
        self._changed.set()
        catalog_changed.set()

    @property
    def looks(self) -> int:
        """How often something was read because it may have changed."""
        return self._looks + self._catalog.looks

    @property
    def connected(self) -> bool:
        """Whether changes of what is in force are heard of now."""
        return not self._lost

    @property
    def backlog(self) -> int:
        """How many records of the audit have not been written yet."""
        return self._writing.backlog

    @property
    def rejected(self) -> int:
        """How many stored documents do not count: not signed by a trusted key, or unreadable."""
        return len(self._problems)

    @property
    def clock_behind(self) -> float:
        """How many seconds the system's clock is behind the highest time seen."""
        return self._clock.behind.total_seconds()

    async def holds(self, mark: Mark) -> bool:
        """Whether all DDL that is in force now was when the mark was taken; False when in doubt."""
        return await self._catalog.holds(mark)

    async def reached(self) -> ConnectionInfo:
        """Return what a connection to the served database has found out about it."""
        return await self._catalog.reached()

    async def picture(self) -> Picture:
        """Read everything that is in force."""
        policy, ids = await self._policy()
        catalog, mark = await self._catalog.read(policy)
        return Picture(policy, catalog, ids, mark)

    async def run(self, gate: Gate, catalog_changed: asyncio.Event) -> None:
        """Keep the gate's picture current until cancelled."""

        policy, catalog = Paced(self._policy_changed), Paced(catalog_changed)
        self._attendance = gate.attendance
        self._confirm(gate)
        known = {POLICY: policy, RECORDING: Paced(self.recording_changed)}
        changes = Paced(self._changed)

        def heard(what: str) -> None:
            known.get(what, catalog).hear()
            if what == POLICY:
                changes.hear()

        async with asyncio.TaskGroup() as tasks:
            for store in {self._store, self._beside}:
                tasks.create_task(self._listen(store, gate, heard))
                tasks.create_task(every(AROUND_SECONDS, store.look_around))
            tasks.create_task(self._follow_policy(gate, catalog_changed))
            tasks.create_task(self._catalog.run(gate, catalog_changed))
            tasks.create_task(self._follow_changes())
            # At once, too: to begin may have taken long.
            marking = every(CLOCK_SECONDS, lambda: self._mark_clock(gate), at_once=True)
            tasks.create_task(marking)
            tasks.create_task(every(REPORT_SECONDS, lambda: self._currency.report(self._store)))
            tasks.create_task(watch_lapse(gate))
            # Not cancelled in the middle: nobody would know whether it was written.
            write = self._writing.write
            tasks.create_task(every(RECORD_SECONDS, lambda: asyncio.shield(write())))
            tasks.create_task(every(SEEN_SECONDS, lambda: asyncio.shield(self._write_seen())))

    async def _listen(self, store: Store, gate: Gate, heard: Callable[[str], None]) -> None:
        def lost() -> None:
            self._lost.add(store)
            self._confirm(gate)

        def beaten(beat: Beat) -> None:
            self._lost.discard(store)
            if store is self._store and self._currency.hear(beat):
                heard("policy")
            self._confirm(gate)

        def replaced() -> None:
            if store is self._beside:
                self._catalog.cut()

        await store.listen(heard, lost, beaten, replaced, told=self._told[store])

    # Whether it is still what is stored

    def _confirm(self, gate: Gate) -> None:
        self._currency.tell(gate, connected=self.connected)

    # The policy

    async def _policy(self) -> tuple[Policy, dict[str, int]]:
        grounds, asked = self._grounds, time.monotonic()
        self._store.revoked.trust(grounds.revocations, grounds.keys)
        gone_by = self._currency.gone_by
        policy, problems, known = await self._store.load_known(
            grounds.keys, grounds.customer, gone_by
        )
        if not self._currency.judge(known):
            raise StoreError(known.problem)
        await give_revocations(self._store, grounds.keys, grounds.customer, self._clock.now())
        reasons = tuple(str(problem) for problem in problems)
        if reasons != self._problems:
            for reason in reasons:
                log.warning("a stored document does not count: %s", reason)
            self._problems = reasons
        if self._beside is not self._store:
            await self._beside.copy_seats(await self._store.seats())
        ids = await self._beside.publish(policy, grounds.impersonators)
        self._currency.go_by(known.newest, asked)
        return policy, ids

    async def _follow_policy(self, gate: Gate, catalog_changed: asyncio.Event) -> None:
        while True:
            await self._policy_changed.wait()
            await asyncio.sleep(SETTLE_SECONDS)
            self._policy_changed.clear()
            renewed = self._renew_policy(gate, catalog_changed)
            if not await tried("the policy was not read", renewed):
                await waited(self._policy_changed, RETRY_SECONDS)
                if not self._currency.problem:  # which a beat tells when it is over
                    self._policy_changed.set()
            self._confirm(gate)

    async def _renew_policy(self, gate: Gate, catalog_changed: asyncio.Event) -> None:
        """Put the policy in force, whatever keeps the catalog; that is looked at again for it."""
        self._looks += 1
        policy, ids = await self._policy()
        known = gate.picture
        if (policy, ids) == (known.policy, known.product_ids):  # anybody may say that it changed
            gate.picture = replace(known)
            return
        gate.picture = replace(known, policy=policy, product_ids=ids)
        self.policies += 1
        self.policy_since = self._clock.now()
        gate.doubt_catalog()
        catalog_changed.set()

    async def _follow_changes(self) -> None:
        """Tell the audit of changes, if that is this process's part."""
        while self._follows:
            await self._changed.wait()
            self._changed.clear()
            if not await tried("changes were not told to the audit", self._following.tell()):
                await asyncio.sleep(RETRY_SECONDS)
                self._changed.set()

    # What is written

    async def _mark_clock(self, gate: Gate) -> None:
        await self._keep_clock()
        self._confirm(gate)
        if behind := self._clock.behind:
            log.warning("the system clock is %s behind the highest time seen", behind)

    async def _keep_clock(self) -> None:
        for store in {self._store, self._beside}:
            await look_back(store, self._clock.now())
        sent = time.monotonic()
        self._clock.saw(await self._store.tick(self._clock.now()))
        self._currency.committed(sent)
        if self._beside is not self._store:  # whose functions about operations go by it
            await self._beside.tick(self._clock.now())

    async def _write_seen(self) -> None:
        """Write who was here and has not been written today."""
        today = self._clock.now().date()
        users = self._attendance.take(today)
        if not users:
            return
        try:
            await self._store.record_seen(users, today)
        except StoreError:
            self._attendance.give_back(users)
            raise

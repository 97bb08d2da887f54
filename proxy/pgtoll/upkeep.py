"""Keep what is in force current: the policy, the catalog, the clock; and write what was refused."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from psycopg import ConnectionInfo

from pgtoll.attendance import Attendance
from pgtoll.audit import Audit
from pgtoll.audit_writing import RECORD_SECONDS, AuditWriting
from pgtoll.body_reading import Bodies
from pgtoll.channel import POLICY, RECORDING, Beat
from pgtoll.chores import every, tried, waited
from pgtoll.clock import Clock
from pgtoll.config import Config
from pgtoll.currency import Currency, committed, watch_lapse
from pgtoll.errors import StoreError
from pgtoll.following import Following
from pgtoll.gate import Gate
from pgtoll.grounds import Grounds
from pgtoll.in_force import Picture
from pgtoll.link import Connection, connect_uncounted, cut, store_errors
from pgtoll.managers import Managers
from pgtoll.marks import Confirming, Mark, forget_old, take_mark
from pgtoll.migrations import ServerFacts, server_facts
from pgtoll.pacing import Paced
from pgtoll.snapshot import Snapshot, glance, read_snapshot, repinned
from pgtoll.store import Store
from pgtoll.vigilance import give_revocations, look_back, tell_setbacks
from pgtoll_policy.catalog import Catalog, build_catalog
from pgtoll_policy.pins import new_pins
from pgtoll_policy.policy import Policy

log = logging.getLogger("pgtoll.upkeep")

COUNT_SECONDS = 0.05  # between looks at nothing but the count of DDL, where nobody says it moved
POLL_SECONDS = 2.0  # between looks at the catalog when nobody says that it changed
# To look at a hundred thousand tables takes a while, so there is this much time between such looks
# of ours, as a multiple of it: where the server tells of DDL, and where it does not.
SELDOM, OFTEN = 30.0, 4.0
SETTLE_SECONDS = 0.005  # changes that follow each other this closely are read once
# Reading the catalog waits no longer for a lock, which anybody may hold on a table of their own.
LOCK_SECONDS = 1
BODIES_SECONDS = 0.5  # that a catalog waits for the bodies of functions to be read
MORE_BODIES_SECONDS = 10.0  # for those left over, before the picture shows them
LATE_SECONDS = 2.0  # a look that takes longer than this leaves the catalog in doubt meanwhile
RETRY_SECONDS = 1.0  # before another attempt at what failed
CLOCK_SECONDS = 5.0  # between marks of the highest time, which show that the store takes writes
AROUND_SECONDS = 5.0  # between looks at whether another of several hosts is
REPORT_SECONDS = 0.5  # before a store is told of a change that it has lost
SEEN_SECONDS = 60.0  # between writes of who was here today
END_SECONDS = 3.0  # for the last of them, when the program ends


@dataclass(frozen=True, slots=True)
class Look:
    """The catalog, which shows all DDL up to the mark."""

    mark: Mark | None
    seen: Snapshot


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
        self._tells = served.tells_of_ddl  # the server says at once when the catalog has changed
        self.abilities, self.ways = served.abilities, served.ways
        self._told = {store: kept.ways.hears, beside: served.ways.hears}
        self._dsn = config.server.dsn
        self._grounds = Grounds.of(config, self.ways)
        self._clock = clock
        self._bodies = bodies
        self._seen: Snapshot | None = None  # of the catalog in force
        self._made_by: Grounds | None = None  # the settings that it was made by
        self._looked_at = 0.0  # when all of the catalog was last looked at, by the monotonic clock
        self._look_seconds = 0.0  # how long that took
        self._store = store  # documents, seats, the clock, refusals
        self._beside = beside  # what the witness knows, in the database that is served
        self.managers = Managers(store.managers)
        self._catalog_connection: Connection | None = None
        self._confirming = Confirming(config.server.dsn)
        self._pinned_by: Policy | None = None  # what it names is pinned in the catalog in force
        self._lost: set[Store] = set()  # those whose notifications are not heard now
        self._currency = Currency()
        self.policies = 1  # how many have been in force
        self.policy_since = clock.now()  # when the one in force was put there
        self.looks = 0  # how often something was read because it may have changed
        self._versions = 0
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
        await self._confirming.close()
        if self._catalog_connection is not None:
            await self._catalog_connection.close()

    # Other settings

    async def check(self, config: Config) -> None:
        """See whether what is stored can be read by other settings. Raises a PgtollError."""
        grounds = Grounds.of(config, self.ways)
        await self._store.load_policy(grounds.keys, grounds.customer)

    def apply(self, config: Config, gate: Gate, catalog_changed: asyncio.Event) -> None:
        """Read everything again by other settings; until then nothing new counts as proven."""
        self._grounds = Grounds.of(config, self.ways)
        gate.doubt_catalog()
        self._policy_changed.set()
        self._changed.set()
        catalog_changed.set()

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
        return await self._confirming.holds(mark)

    async def reached(self) -> ConnectionInfo:
        """Return what a connection to the served database has found out about it."""
        return (await self._connection()).info

    async def picture(self) -> Picture:
        """Read everything that is in force."""
        policy, ids = await self._policy()
        catalog, mark = await self._catalog(policy, await self._look(None))
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
            tasks.create_task(self._follow_catalog(gate, catalog_changed))
            tasks.create_task(self._follow_bodies(gate))
            tasks.create_task(self._follow_count(gate, catalog_changed))
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
                self._confirming.cut()
                if self._catalog_connection is not None:
                    cut(self._catalog_connection)

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
        self.looks += 1
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

    # The catalog

    async def _catalog(self, policy: Policy, look: Look) -> tuple[Catalog, Mark | None]:
        """Make a catalog of what was read, and pin what a product names for the first time."""
        grounds, seen = self._grounds, look.seen
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
        return MORE_BODIES_SECONDS if first or self._grounds.strict else BODIES_SECONDS

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
        if self._catalog_connection is None or self._catalog_connection.broken:
            self._catalog_connection = connection = await connect_uncounted(self._dsn)
            async with store_errors("read the catalog"):
                await connection.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'".encode())
        return self._catalog_connection

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
            seen, grounds = self._seen, self._grounds
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
        if look.seen is not self._seen or self._made_by is not self._grounds:
            return False
        if picture.policy is not self._pinned_by:
            if await asyncio.to_thread(new_pins, picture.catalog, picture.policy):
                return False
            self._pinned_by = picture.policy
        return True

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

"""Schema pgtoll, the only state there is: documents, seats, pins, the clock's mark, refusals.

Every method raises StoreError when PostgreSQL cannot do what was asked; then nothing was changed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Self

from pgtoll.audit import Kept, Record
from pgtoll.backup import setbacks
from pgtoll.backup.setbacks import Setback
from pgtoll.errors import StoreError
from pgtoll.store import archive, changes, channel, operations, seats, witness
from pgtoll.store.archive import Problem, StoredDocument, UploadResult
from pgtoll.store.changes import Changes
from pgtoll.store.channel import Beat, Listening
from pgtoll.store.instance import read_instance
from pgtoll.store.link import Connection, Link, connect_one
from pgtoll.store.policy_changes import Change, Known, read_known, report
from pgtoll.store.revoked import Revoked
from pgtoll.store.seats import GrantResult, Seat
from pgtoll.trails import LONGEST_FIELD, Entry
from pgtoll.upstream.hosts import each_of
from pgtoll.upstream.primary import Found, Timelines, find
from pgtoll_policy.asking import Ask, make_request
from pgtoll_policy.keys import TrustedKeys
from pgtoll_policy.policy import Grant, Pin, Policy, compile_policy
from pgtoll_policy.request import Request

SQL_CHARACTERS = 2_000  # of a refused statement; who wants more has the server's log
NAME_CHARACTERS = 200
OBSERVED = "observe"  # the kind of a record when nothing was refused


class Store:
    """The state of all proxies of one database. Tasks may share it; each waits for its turn."""

    def __init__(self, dsn: str) -> None:
        self._timelines = Timelines()
        self._link = Link(dsn, self._timelines)
        # For what is written now and then: where each commit waits for a standby that is away, what
        # is to be read does not wait behind it.
        self._notes = Link(dsn, self._timelines)
        self.revoked = Revoked()

    @classmethod
    async def connect(cls, dsn: str) -> Self:
        """Return a store that has been reached. If it is lost later, the next call reconnects."""
        store = cls(dsn)
        await store._link.open()
        return store

    async def close(self) -> None:
        """Close the connection."""
        await self._link.close()
        await self._notes.close()

    def cut(self) -> None:
        """Break the connections of which nobody knows whether an answer ever comes."""
        self._link.cut()
        self._notes.cut()

    # Reading

    async def documents(self) -> list[StoredDocument]:
        """Return every stored document, verified or not, the oldest first."""
        async with self._link.transaction("read documents") as connection:
            return await archive.read_documents(connection)

    async def seats(self, product: str | None = None) -> list[Seat]:
        """Return the seats of one product, or of all."""
        async with self._link.transaction("read seats") as connection:
            return await seats.read_seats(connection, product)

    async def grants(self) -> list[Grant]:
        """Return all seats as the policy takes them."""
        return seats.as_grants(await self.seats())

    async def instance(self) -> str | None:
        """Return the system identifier of the cluster, None when the role may not read it."""
        async with self._link.transaction("read the instance") as connection:
            return await read_instance(connection)

    async def managers(self) -> frozenset[str]:
        """Return the members of role pgtoll_manager, those through other roles included."""
        async with self._link.transaction("read the license administrators") as connection:
            cursor = await connection.execute(
                "WITH RECURSIVE manager (oid) AS ("
                " SELECT oid FROM pg_roles WHERE rolname = 'pgtoll_manager' UNION"
                " SELECT a.member FROM pg_auth_members a JOIN manager m ON m.oid = a.roleid)"
                " SELECT r.rolname FROM manager JOIN pg_roles r USING (oid) WHERE r.rolcanlogin"
            )
            return frozenset(row[0] for row in await cursor.fetchall())

    async def load_policy(
        self, keys: TrustedKeys, customer: str | None = None
    ) -> tuple[Policy, tuple[Problem, ...]]:
        """Return the policy in force, and the stored documents that do not verify (any more)."""
        async with self._link.transaction("read the policy") as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return await _read_policy(connection, keys, customer, self.revoked)

    async def load_known(
        self, keys: TrustedKeys, customer: str | None, gone_by: Change | None
    ) -> tuple[Policy, tuple[Problem, ...], Known]:
        """Return the same, and what the store knows of changes, as of one moment.

        `gone_by` is the last one that the caller has gone by.
        """
        async with self._link.transaction("read the policy") as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            known = await read_known(connection, gone_by)
            policy, problems = await _read_policy(connection, keys, customer, self.revoked)
        return policy, problems, known

    async def report(self, change: Change) -> None:
        """Tell the store, and so all other proxies, of a change that it does not know of."""
        async with self._notes.transaction("report a lost change") as connection:
            await report(connection, change)

    async def known(self) -> Known:
        """Return what the store knows of changes of what is licensed."""
        async with self._link.transaction("read the changes") as connection:
            return await read_known(connection)

    async def request(self, keys: TrustedKeys, ask: Ask, *, now: datetime) -> Request:
        """Return a request for licenses, with all that is in use. Raises BadDocument."""
        async with self._link.transaction("make a request") as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            policy, _ = await _read_policy(connection, keys, ask.customer, self.revoked)
            taken = Counter(seat.product for seat in await seats.read_seats(connection))
            return make_request(policy, taken, ask, now)

    # Licenses and seats

    async def upload(
        self, file: bytes, keys: TrustedKeys, customer: str | None = None, *, now: datetime
    ) -> UploadResult:
        """Store a signed file. Raises LicenseError when it does not verify, or may not be held."""
        async with self._link.transaction("upload a document") as connection:
            beside = self.revoked.known(keys)
            return await archive.upload(connection, file, keys, customer, now, beside)

    async def upload_all(
        self,
        files: Mapping[str, bytes],
        keys: TrustedKeys,
        customer: str | None = None,
        *,
        now: datetime,
    ) -> dict[str, UploadResult]:
        """Store named signed files, or none of them. Raises LicenseError, which names the file."""
        async with self._link.transaction("upload documents") as connection:
            beside, named = self.revoked.known(keys), files.items()
            return dict(await archive.upload_all(connection, named, keys, customer, now, beside))

    async def delete(self, product: str | None) -> list[StoredDocument]:
        """Delete the licenses of one product, or of all for None, and return them."""
        async with self._link.transaction("delete licenses") as connection:
            return await archive.delete_licenses(connection, product)

    async def grant(
        self,
        product: str,
        users: Iterable[str],
        *,
        keys: TrustedKeys,
        now: datetime,
        customer: str | None = None,
    ) -> GrantResult:
        """Give each user a seat, or none of them one: never more than were bought."""
        async with self._link.transaction("grant seats") as connection:
            await seats.lock_seats(connection)
            policy, _ = await _read_policy(connection, keys, customer, self.revoked)
            return await seats.grant(connection, policy, product, users, now)

    async def revoke(self, product: str, users: Iterable[str]) -> tuple[str, ...]:
        """Take each user's seat away, or nobody's."""
        async with self._link.transaction("revoke seats") as connection:
            return await seats.revoke(connection, product, users)

    # What proxies write

    async def give_revocations(
        self, keys: TrustedKeys, customer: str | None = None, *, now: datetime
    ) -> list[str]:
        """Store the revocations that are known and were not there; return the ids of licenses.

        Raises LicenseError when one may not be held.
        """
        given: set[str] = set()
        for file, revocation in self.revoked.take_missing().items():
            await self.upload(file, keys, customer, now=now)
            given |= revocation.licenses
        return sorted(given)

    async def look_back(self, now: datetime) -> Setback | None:
        """Return whether the store was taken back since a proxy last looked: told to one of all."""
        async with self._link.transaction("see where the store is") as connection:
            return await setbacks.look(connection, now)

    async def setbacks(self) -> tuple[Setback, ...]:
        """Return what was noticed of that and nobody has seen to."""
        async with self._link.transaction("read what the store was taken back by") as connection:
            return await setbacks.read_open(connection)

    async def publish(
        self, policy: Policy, impersonators: Iterable[str] | None = None
    ) -> dict[str, int]:
        """Let the database know a policy, before it is used; return the witness's ids of products.

        None leaves the impersonators as they are.
        """
        async with self._link.transaction("publish the policy") as connection:
            return await witness.publish(connection, policy, impersonators)

    async def copy_seats(self, held: Iterable[Seat]) -> None:
        """Make the seats those of another store, of which this database is only served."""
        async with self._link.transaction("copy seats") as connection:
            await operations.copy_seats(connection, held)

    async def product_ids(self) -> dict[str, int]:
        """Return the witness's ids of the products published so far."""
        async with self._link.transaction("read products") as connection:
            return await witness.read_product_ids(connection)

    async def pins(self) -> list[Pin]:
        """Return the relations whose product is settled."""
        async with self._link.transaction("read pins") as connection:
            return await witness.read_pins(connection)

    async def save_pins(self, pins: Iterable[Pin]) -> None:
        """Settle the products of relations, and forget relations that were dropped."""
        async with self._link.transaction("save pins") as connection:
            await witness.save_pins(connection, pins)

    async def tick(self, now: datetime) -> datetime:
        """Take note of a time, and return the highest that any proxy has ever noted.

        It always writes: what is committed is so on the standbys, too, that commits wait for.
        """
        async with self._notes.transaction("keep the clock") as connection:
            cursor = await connection.execute(
                "UPDATE pgtoll.clock SET highest = greatest(highest, %s) RETURNING highest", [now]
            )
            highest: datetime
            ((highest,),) = await cursor.fetchall()
        return highest

    async def record(self, records: Iterable[Kept], proxy: str = "") -> None:
        """Keep what the audit tells of, for people to read. `proxy` is who writes it."""
        kept = list(records)
        async with self._notes.transaction("record what happened") as connection:
            encoding = connection.info.parameter_status("server_encoding") or ""
            refusals = [_refusal_row(one, encoding) for one in kept if isinstance(one, Record)]
            events = [_event_row(one, proxy, encoding) for one in kept if isinstance(one, Entry)]
            async with connection.cursor() as cursor:
                await cursor.executemany(
                    "INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product,"
                    " schema_name, table_name, sql, client)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                    refusals,
                )
                await cursor.executemany(
                    "INSERT INTO pgtoll.event"
                    " (at, kind, outcome, username, act, message, client, proxy)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                    events,
                )

    async def record_seen(self, users: Iterable[str], day: date) -> None:
        """Keep that users were here on a day, unless they have been on a later one."""
        async with self._link.transaction("record who was here") as connection:
            encoding = connection.info.parameter_status("server_encoding") or ""
            # In one order: other proxies write the same.
            names = sorted({_storable(user, encoding)[:NAME_CHARACTERS] for user in users})
            await connection.execute(
                "INSERT INTO pgtoll.seen AS s (username, last_day)"
                " SELECT unnest(%s::text[]), %s::date"
                " ON CONFLICT (username) DO UPDATE SET last_day = excluded.last_day"
                " WHERE s.last_day < excluded.last_day",
                [names, day],
            )

    async def changes(self, since: str | None) -> Changes:
        """Return what was changed about licenses and seats since a version."""
        async with self._link.transaction("read what was changed") as connection:
            return await changes.read_changes(connection, since)

    async def told(self) -> str | None:
        """Return the version up to which proxies have told elsewhere what was changed."""
        async with self._link.transaction("read what was told") as connection:
            return await changes.read_told(connection)

    async def mark_told(self, version: str) -> None:
        """Take note of that version."""
        async with self._link.transaction("note what was told") as connection:
            await changes.mark_told(connection, version)

    async def listen(
        self,
        heard: Callable[[str], None],
        lost: Callable[[], None] = lambda: None,
        beat: Callable[[Beat], None] = lambda _: None,
        replaced: Callable[[], None] = lambda: None,
        *,
        told: bool = True,
    ) -> None:
        """Call `heard` with "policy" or "catalog" whenever that has changed, forever.

        It is called with both after each connection as well, for what was missed; `lost` when the
        connection is lost, or cannot be made; `beat` as long as the store answers; `replaced` when
        it was silent, or another server has taken its place, so that other connections may hang.
        Unless somebody can be `told`, it looks each second.
        """

        def begun_anew() -> None:
            self.cut()
            replaced()

        seen = self._timelines
        listening = Listening(heard, lost, beat, begun_anew, lambda: seen.highest, told)
        await channel.listen(self._find, listening)

    async def look_around(self) -> None:
        """See whether another of several hosts has become the primary: listening goes there."""
        if len(each_of(self._link.dsn)) > 1:
            with suppress(StoreError):
                found = await self._find()
                await found.connection.close()

    async def _find(self) -> Found:
        return await find(self._link.dsn, connect_one, self._timelines)


async def _read_policy(
    connection: Connection, keys: TrustedKeys, customer: str | None, revoked: Revoked
) -> tuple[Policy, tuple[Problem, ...]]:
    stored = await archive.read_documents(connection)
    held, problems = archive.verify_all(stored, keys)
    documents = revoked.join(stored, held, keys)
    grants = seats.as_grants(await seats.read_seats(connection))
    instance = await read_instance(connection)
    policy = compile_policy(documents, grants, customer=customer, instance=instance)
    return policy, problems


def _refusal_row(record: Record, encoding: str) -> tuple[datetime | str, ...]:
    verdict = record.verdict
    texts = (
        record.user,
        OBSERVED if record.observed else verdict.kind.name.lower(),
        verdict.sqlstate,
        verdict.product,
        verdict.schema,
        verdict.table,
    )
    names = [_storable(text, encoding)[:NAME_CHARACTERS] for text in texts]
    sql = _storable(record.sql, encoding)[:SQL_CHARACTERS]
    return record.at, *names, sql, _storable(record.client, encoding)[:NAME_CHARACTERS]


def _event_row(entry: Entry, proxy: str, encoding: str) -> tuple[datetime | str, ...]:
    outcome = entry.outcome.value if entry.outcome else ""
    texts = (entry.kind.value, outcome, entry.user, entry.act, entry.message, entry.address, proxy)
    return entry.at, *(_storable(text, encoding)[:LONGEST_FIELD] for text in texts)


def _storable(text: str, encoding: str) -> str:
    """Return a text that the server can hold: what a client sent may be anything."""
    text = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return text if encoding == "UTF8" else text.encode("ascii", "backslashreplace").decode()

"""Bring what a file holds into a store: all of it in one transaction, or nothing.

Who did what and when stays as it was, so only the owner of schema pgtoll may.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pgtoll.backup import setbacks
from pgtoll.backup.collecting import connect_for_texts, read_store, text_errors
from pgtoll.backup.contents import Contents, NamedPin, key_of
from pgtoll.backup.merging import Merge, Verified, merge
from pgtoll.backup.past import Added
from pgtoll.backup.pinning import Pinned, pin
from pgtoll.backup.rows import Tell
from pgtoll.backup.writing import write
from pgtoll.errors import StoreError
from pgtoll.store import policy_changes
from pgtoll.store.archive import columns_of, verify_all
from pgtoll.store.instance import read_instance
from pgtoll.store.link import Connection, connect, store_errors
from pgtoll.store.policy_changes import read_known
from pgtoll.store.seats import lock_seats
from pgtoll_policy.coverage import Place
from pgtoll_policy.documents import License, Revocation
from pgtoll_policy.errors import BadDocument, Rollback
from pgtoll_policy.keys import TrustedKeys

MOST_TOLD = 5  # of what is newer in the store, in the message that refuses


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file goes, and by whose word."""

    store: str  # a connection string
    served: str  # the same, unless the store is a database of its own
    keys: TrustedKeys
    customer: str | None
    beside: tuple[Revocation, ...] = ()  # what holds besides, whatever the store has heard of


@dataclass(frozen=True, slots=True)
class How:
    """What may happen."""

    newer: bool = False  # take what is newer in the file, leave what is newer in the store
    dry: bool = False  # change nothing
    untrusted: bool = False  # leave out what no trusted key has signed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened, or would."""

    merge: Merge
    instance: str | None  # of the store
    bound: tuple[License, ...]  # licenses of the file that are good for another instance
    untrusted: tuple[str, ...]  # documents that were left out, and why
    pinned: int
    unpinned: tuple[NamedPin, ...]  # no relation has that name here
    added: Added  # of what is only remembered
    settled: int  # setbacks that are seen to by this
    older: bool  # the file is from before the time that the store was taken back to
    lost: tuple[int, ...] = ()  # changes that proxies have gone by, and nobody has accepted as lost


async def import_contents(
    target: Target, file: Contents, digest: str, how: How, now: datetime, tell: Tell
) -> Outcome:
    """Make the store have what the file has, as far as that is newer.

    Raises Rollback, when the store has something newer, unless that is to be left as it is; any
    LicenseError for a document that cannot be held; StoreError. Then nothing was changed.
    """
    verified, untrusted = _verified(file, target.keys, leave_out=how.untrusted)
    connection = await connect_for_texts(target.store)
    try:
        async with text_errors("import"), connection.transaction(force_rollback=how.dry):
            await _check_owner(connection)
            await lock_documents_and_seats(connection)
            instance = await read_instance(connection)
            place = Place(customer=target.customer, instance=instance)
            found = await _merge(connection, verified, target, place, now)
            _expect_ahead(found, newer=how.newer)
            added = await write(connection, found, file, tell)
            pins = await _repin(connection, target, file.pins, dry=how.dry)
            older = await setbacks.is_older(connection, file.origin.clock, news=bool(found.changes))
            return Outcome(
                merge=found,
                instance=instance,
                bound=_bound(verified, instance),
                untrusted=untrusted,
                pinned=pins.new,
                unpinned=pins.nowhere,
                added=added,
                settled=await _remember(connection, file, digest, older=older),
                older=older,
                lost=tuple(one.change.number for one in (await read_known(connection)).lost),
            )
    finally:
        await connection.close()


def _verified(
    file: Contents, keys: TrustedKeys, *, leave_out: bool
) -> tuple[Verified, tuple[str, ...]]:
    """Return the documents that verify, and why the others do not. Raises BadDocument."""
    good, problems = verify_all(file.documents, keys)
    for stored in file.documents:
        if stored.id in good and columns_of(good[stored.id]) != key_of(stored):
            raise BadDocument(f"document {stored.id} is described as another than it is")
    told = tuple(
        f"{one.document.kind} {one.document.code or one.document.id}: {one.reason}"
        for one in problems
    )
    if told and not leave_out:
        more = f", and {len(told) - 1} more" if len(told) > 1 else ""
        raise BadDocument(
            f"{told[0]}{more}; name the vendor's key in --trust, or leave out what no trusted key"
            " has signed with --skip-untrusted"
        )
    return Verified(file, good), told


async def _check_owner(connection: Connection) -> None:
    """Refuse others than the owner of schema pgtoll: what is written says who did it and when."""
    cursor = await connection.execute(
        "SELECT pg_has_role(n.nspowner, 'USAGE'), n.nspowner::regrole::text"
        " FROM pg_namespace n WHERE n.nspname = 'pgtoll'"
    )
    row = await cursor.fetchone()
    if row is None:
        raise StoreError("schema pgtoll is missing: run pgtoll init --server DSN")
    if not row[0]:
        raise StoreError(
            f"only role {row[1]}, the owner of schema pgtoll, may import, or a superuser: "
            "what is written says who did it and when"
        )


async def lock_documents_and_seats(connection: Connection) -> None:
    await connection.execute("LOCK TABLE pgtoll.document IN SHARE ROW EXCLUSIVE MODE")
    await lock_seats(connection)


async def _merge(
    connection: Connection, file: Verified, target: Target, place: Place, now: datetime
) -> Merge:
    held = await read_store(connection, now)
    documents, _ = verify_all(held.documents, target.keys)
    return merge(file, Verified(held, documents, target.beside), place, now)


def _expect_ahead(found: Merge, *, newer: bool) -> None:
    """Refuse a file that is behind the store in something, unless only what is newer is wanted."""
    if found.ahead and not newer:
        told = "; ".join(found.ahead[:MOST_TOLD])
        more = f"; and {len(found.ahead) - MOST_TOLD} more" if len(found.ahead) > MOST_TOLD else ""
        raise Rollback(
            f"the store has what is newer than the file: {told}{more}. With --newer that stays, and"
            " only what is newer in the file is taken"
        )


async def _remember(connection: Connection, file: Contents, digest: str, *, older: bool) -> int:
    """Write down that this was imported; return how many setbacks that has put right."""
    await connection.execute(
        "INSERT INTO pgtoll.import (exported, instance, digest) VALUES (%s, %s, %s)",
        [file.origin.exported, file.origin.instance, digest],
    )
    if older:
        return 0
    return await setbacks.settle(connection, f"an import of {file.origin.exported:%Y-%m-%d %H:%M}")


def _bound(file: Verified, instance: str | None) -> tuple[License, ...]:
    """Return the licenses that are good for another instance than this."""
    licenses = (one for one in file.documents.values() if isinstance(one, License))
    return tuple(one for one in licenses if one.instance not in (None, instance))


async def _repin(
    connection: Connection, target: Target, pins: Sequence[NamedPin], *, dry: bool
) -> Pinned:
    """Pin the relations that have these names; in a database of its own that is done first."""
    if target.store == target.served:
        return await pin(connection, pins)
    served = await connect(target.served)
    try:
        async with store_errors("pin tables"), served.transaction(force_rollback=dry):
            await _check_owner(served)
            pinned = await pin(served, pins)
            await setbacks.settle(served, "an import into its store")
            return pinned
    finally:
        await served.close()


@dataclass(frozen=True, slots=True)
class Accepted:
    """What somebody has said of a store that went back in time: it is to stay as it is."""

    settled: int  # reports that it was taken back
    lost: tuple[int, ...]  # changes that are lost for good


async def accept(store: str, served: str) -> Accepted:
    """Say that the store is to stay as it is, however that was noticed; return what there was."""
    told = [await _accept(dsn) for dsn in dict.fromkeys((store, served))]
    return Accepted(
        sum(one.settled for one in told), tuple(number for one in told for number in one.lost)
    )


async def _accept(dsn: str) -> Accepted:
    connection = await connect(dsn)
    try:
        async with store_errors("accept the store"), connection.transaction():
            await _check_owner(connection)
            settled = await setbacks.settle(connection, "its own word, without a file")
            lost = await policy_changes.accept(connection)
            return Accepted(settled, tuple(one.change.number for one in lost))
    finally:
        await connection.close()

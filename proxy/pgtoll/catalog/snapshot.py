"""PostgreSQL's catalog -> the rows that the policy's picture of it is built from.

What is said of relations is kept by blocks of their ids. When the catalog has changed, the server
says which blocks have, by the transactions that wrote their rows, and only those are read anew: a
snapshot that was brought up to date is one that was read at once, and of one moment like that.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from pgtoll.catalog import queries as sql
from pgtoll.catalog.fingerprint_queries import BELOW, BLOCK, IN_BLOCKS
from pgtoll.catalog.fingerprints import (
    Connection,
    Fingerprint,
    fingerprint_of,
    glance_at,
    settle,
    value_of,
)
from pgtoll.engine.older import as_spoken
from pgtoll_policy.directory import Directory
from pgtoll_policy.functions import HARMLESS, PROBES
from pgtoll_policy.rows import (
    Anywhere,
    Attachment,
    BuiltinRow,
    CatalogRows,
    EncodingRow,
    ForeignKey,
    FunctionRow,
    IndexRow,
    OperatorRow,
    Pair,
    PinRow,
    RelationRow,
    TypeRow,
)
from pgtoll_policy.system_relations import HARMLESS_RELATIONS

T = TypeVar("T")

# Beyond so many relations, all are read: that costs no more.
MOST_ALONE = 20_000
_SPREAD = 64  # ids for each relation, at the most, before blocks count as too many to look into
# Rows made at a time, between which other sessions go on: these take about a millisecond.
_BATCH = 1000


def _array(members: Iterable[object]) -> str:
    """Return names or numbers as PostgreSQL writes an array of them; these are plain words."""
    return f"{{{','.join(map(str, members))}}}"


# As texts: a list would be taken apart anew for each of the queries that need it.
_LISTS = {
    "harmless_functions": _array(sorted(HARMLESS - PROBES)),
    "harmless_relations": _array(sorted(HARMLESS_RELATIONS)),
}
# What is said of relations, each by the id of the relation or index that it is of.
_OF_RELATIONS: dict[str, Callable[[tuple[int, ...]], int]] = {
    "relations": lambda row: row[0],
    "inheritance": lambda row: row[0],
    "views": lambda row: row[0],
    "rules": lambda row: row[0],
    "policies": lambda row: row[0],
    "owned": lambda row: row[0],
    "used": lambda row: row[0],
    "keys": lambda row: row[0],
    "attached": lambda row: row[0],
    "indexes": lambda row: row[3],
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The catalog of one moment. It never changes."""

    fingerprint: Fingerprint
    schemas: Mapping[int, str]
    code: CatalogRows  # without what is said of relations
    parts: Mapping[int, CatalogRows]  # only that, by block
    directory: Directory  # the same by relation

    def changed(self, fingerprint: Fingerprint) -> set[int]:
        """Return the blocks that have changed."""
        before, after = self.fingerprint.blocks.items(), fingerprint.blocks.items()
        return {block for block, _ in before ^ after}

    def fresh(self, known: "Snapshot") -> set[int] | None:
        """Return the relations that are new since an older snapshot, and some that are not; None
        if others may follow or be named otherwise than they were, or are pinned otherwise."""
        blocks = [at for at, part in self.parts.items() if known.parts.get(at) is not part]
        rows = {row.oid: row for at in blocks for row in self.parts[at].relations}
        both = known.directory.relations.keys() & rows.keys()
        same = all(_name(known.directory.relations[oid]) == _name(rows[oid]) for oid in both)
        steps = [
            {step for at in blocks if at in one.parts for step in _steps(one.parts[at], both)}
            for one in (known, self)
        ]
        if not same or steps[0] != steps[1] or self.directory.pins != known.directory.pins:
            return None
        return set(rows)

    def agrees(self, code: CatalogRows, schemas: Mapping[int, str], now: Fingerprint) -> bool:
        """Whether what has changed of code has changed nothing that is said of relations."""
        coded = set(self.code.types) == set(code.types)
        named = all(schemas.get(oid, name) == name for oid, name in self.schemas.items())
        planned = {one.oid: _planned(one) for one in code.functions}
        same = all(planned.get(one.oid, _planned(one)) == _planned(one) for one in self.functions)
        return coded and named and same and self.fingerprint.same_operators(now)

    @property
    def functions(self) -> tuple[FunctionRow, ...]:
        return self.code.functions


def _name(row: RelationRow) -> tuple[str, str, str, bool]:
    return row.schema, row.name, row.kind, row.temporary


def _steps(part: CatalogRows, oids: Collection[int]) -> Iterable[tuple[str, Pair]]:
    """Yield what relations follow by: whose products are theirs as well."""
    for how in ("views", "inheritance", "owned"):
        yield from ((how, step) for step in getattr(part, how) if step[0] in oids)


def _planned(function: FunctionRow) -> bool:
    """Whether the planner may work out calls of a function beforehand: ATTACHED asks that."""
    return function.volatility == "i" or function.language == "sql"


async def load_rows(connection: Connection) -> CatalogRows:
    """Return the catalog of the connection's database, all of one moment.

    The connection must not be in a transaction, and must be allowed to read the pins.
    """
    async with connection.transaction():
        await settle(connection)
        reading = _Reading(connection)
        code = await reading.code()
        return await reading.relations(code)


async def fingerprint(connection: Connection) -> Fingerprint:
    """Return a value that changes whenever what `load_rows` returns does.

    It reads no query, no expression and no body, only which transaction wrote each row.
    """
    async with connection.transaction():
        await settle(connection)
        return await fingerprint_of(connection)


async def glance(connection: Connection) -> str:
    """Return the part of a fingerprint that tells of what no event trigger does."""
    async with connection.transaction():
        await settle(connection)
        return await glance_at(connection)


async def read_snapshot(
    connection: Connection, known: Snapshot | None, differs: Callable[[], None] = lambda: None
) -> Snapshot:
    """Return the catalog of now: `known` itself, if it is that.

    `differs` is called before anything is read that has changed, for that can be held up.
    """
    async with connection.transaction():
        await settle(connection)
        now = await fingerprint_of(connection)
        if known is not None and known.fingerprint == now:
            return known
        differs()
        reading = _Reading(connection)
        code, schemas = await reading.code(), await reading.schemas()
        agreed = known if known and known.agrees(code, schemas, now) else None
        blocks, oids = await reading.alone(agreed.changed(now)) if agreed else (set(), None)
        rows = await reading.relations(code, oids)
    if agreed is None or oids is None:
        agreed = Snapshot(now, {}, code, {}, Directory.of(CatalogRows()))
        blocks = set()
    return await asyncio.to_thread(_patched, agreed, now, schemas, code, blocks, rows)


async def repinned(connection: Connection, known: Snapshot) -> Snapshot:
    """Return the same with the pins of now."""
    async with connection.transaction():
        await settle(connection)
        pins = await _Reading(connection).pins()
        now = replace(known.fingerprint, glance=await glance_at(connection))
    directory = await asyncio.to_thread(known.directory.pinned, pins)
    return replace(known, fingerprint=now, code=replace(known.code, pins=pins), directory=directory)


def _patched(
    known: Snapshot,
    now: Fingerprint,
    schemas: Mapping[int, str],
    code: CatalogRows,
    blocks: Collection[int],
    rows: CatalogRows,
) -> Snapshot:
    """Return a snapshot with these rows in the place of those in some blocks."""
    new = _by_block(rows)
    gone = [known.parts[block] for block in blocks if block in known.parts]
    parts = {at: part for at, part in known.parts.items() if at not in blocks} | new
    directory = known.directory.patched(gone, new.values())
    if known.code.pins != code.pins or not known.parts:
        directory = directory.pinned(code.pins)
    return Snapshot(now, schemas, code, parts, directory)


def _by_block(rows: CatalogRows) -> dict[int, CatalogRows]:
    """Return what is said of relations by the blocks of their ids."""
    blocks: dict[int, dict[str, list[object]]] = {}
    for name, oid_of in _OF_RELATIONS.items():
        for row in getattr(rows, name):
            part = blocks.setdefault(oid_of(row) // BLOCK, {})
            part.setdefault(name, []).append(row)
    return {
        block: CatalogRows(**{name: tuple(found) for name, found in part.items()})  # type: ignore[arg-type]
        for block, part in blocks.items()
    }


class _Reading:
    """Reads rows in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lists = dict(_LISTS)

    async def code(self) -> CatalogRows:
        """Return all but what is said of relations."""
        types = await self._rows(TypeRow, sql.TYPES)
        found = {(one.oid, one.function) for one in types}
        self._lists["coded"] = _array(oid for pair in sorted(found) for oid in pair)
        rows = self._rows
        return CatalogRows(
            types=types,
            functions=await rows(FunctionRow, sql.FUNCTIONS),
            builtins=await rows(BuiltinRow, sql.BUILTINS),
            calls=await rows(_pair, sql.CALLS),
            looks=await rows(_pair, sql.LOOKS),
            transitions=await rows(str, sql.TRANSITIONS),
            operators=await rows(OperatorRow, sql.OPERATORS),
            anywhere=await rows(Anywhere, sql.ANYWHERE),
            event_triggers=await rows(int, sql.EVENT_TRIGGERS),
            deferred=await rows(int, sql.DEFERRED),
            discreet=await rows(str, sql.DISCREET),
            pins=await self.pins(),
            encoding=(await rows(EncodingRow, sql.ENCODING))[0],
        )

    async def pins(self) -> tuple[PinRow, ...]:
        pinned = await value_of(self._connection, sql.HAS_PINS)
        return await self._rows(PinRow, sql.PINS) if pinned else ()

    async def relations(self, code: CatalogRows, oids: Iterable[int] | None = None) -> CatalogRows:
        """Return rows of code with what is said of relations: of all, or of some."""
        if oids is not None:
            self._lists["oids"] = _array(oids)
        alone = oids is not None

        async def rows(make: Callable[..., T], query: str) -> tuple[T, ...]:
            return await self._rows(make, sql.of_some(query) if alone else query)

        return replace(
            code,
            relations=await rows(RelationRow, sql.RELATIONS),
            inheritance=await rows(_pair, sql.INHERITANCE),
            views=await rows(_pair, sql.VIEWS),
            rules=await rows(_pair, sql.RULES),
            policies=await rows(_pair, sql.POLICIES),
            owned=await rows(_pair, sql.OWNED),
            used=await rows(_pair, sql.USED),
            keys=await rows(ForeignKey, sql.KEYS),
            attached=await rows(Attachment, sql.ATTACHED),
            indexes=await rows(IndexRow, sql.INDEXES),
        )

    async def schemas(self) -> dict[int, str]:
        return dict(await self._rows(_named, sql.NAMESPACES))

    async def alone(self, blocks: Collection[int]) -> tuple[set[int], list[int] | None]:
        """Return the blocks that are to be read anew when some have changed, and the relations in
        them; None instead when they are too many."""
        whole = set(blocks)
        oids = await self._in_blocks(whole)
        if oids is not None:
            self._lists["oids"] = _array(oids)
            whole.update(await self._rows(int, BELOW))
            oids = await self._in_blocks(whole) if len(whole) > len(blocks) else oids
        return whole, oids

    async def _in_blocks(self, blocks: Collection[int]) -> list[int] | None:
        if len(blocks) * BLOCK > MOST_ALONE * _SPREAD:
            return None
        self._lists["blocks"] = _array(blocks)
        oids = await self._rows(int, IN_BLOCKS)
        return list(oids) if len(oids) <= MOST_ALONE else None

    async def _rows(self, make: Callable[..., T], query: str) -> tuple[T, ...]:
        asked = as_spoken(query, self._connection.info.server_version)
        cursor = await self._connection.execute(asked.encode(), self._lists, prepare=True)
        found: list[T] = []
        while batch := await cursor.fetchmany(_BATCH):
            found += [make(*row) for row in batch]
            await asyncio.sleep(0)
        return tuple(found)


def _pair(left: int, right: int) -> Pair:
    return left, right


def _named(oid: int, name: str) -> tuple[int, str]:
    return oid, name

"""What would become of a statement, and why: judged outside the proxy, by the very same chain."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from psycopg import errors

from pgtoll.catalog.fingerprints import Fingerprint
from pgtoll.catalog.snapshot import fingerprint, load_rows
from pgtoll.config import Config
from pgtoll.engine.probes import probe
from pgtoll.engine.ways import BEST, Ways, choose
from pgtoll.gate import Gate
from pgtoll.in_force import Picture
from pgtoll.office.refusals import NotPossible
from pgtoll.parsing.bodies import Bodies
from pgtoll.parsing.parsers import Parsers
from pgtoll.session.effects import Ruling
from pgtoll.store.link import Connection, answers, connect, store_errors
from pgtoll_policy.catalog import Catalog, CatalogRows, build_catalog
from pgtoll_policy.documents import Product
from pgtoll_policy.facts import Script, Statement
from pgtoll_policy.pins import new_pins
from pgtoll_policy.policy import Policy
from pgtoll_policy.reach import Reach, reach
from pgtoll_policy.rows import PinRow
from pgtoll_policy.verdict import Kind, Verdict, products_of

BODIES_SECONDS = 30.0  # for reading the bodies of all functions

WHY = {
    "clear": "the user lacks no product, and none is in demo mode",
    "proven": "it is proven to touch nothing that the user lacks and to fill nothing in demo mode",
    "demo": "its rows are counted behind it: a table in demo mode takes up to {cap}",
    "watch": "its replies wait until PostgreSQL's own account clears it: {detail}",
}


@dataclass(frozen=True, slots=True)
class RelationLine:
    """A relation that is certainly touched, and the products it belongs to."""

    schema: str
    name: str
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One statement, what becomes of it, and why."""

    sql: str
    verdict: str
    why: str
    sqlstate: str
    detail: str
    hint: str
    product: str
    rule: str
    relations: tuple[RelationLine, ...]


@dataclass(frozen=True, slots=True)
class Judging:
    """What a text comes to for one user."""

    user: str
    allowed: bool
    statements: tuple[StatementLine, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A catalog, and what it was made from."""

    fingerprint: Fingerprint
    products: Mapping[str, Product]
    catalog: Catalog


class Judges:
    """Judges statements as a proxy would, with parsers of its own and the catalog of the moment."""

    def __init__(self, config: Config) -> None:
        self._dsn = config.server.dsn
        self._trusted = config.enforcement.trusted_functions
        self._parsers = Parsers(strict=config.enforcement.strict_parsers)
        self._bodies = Bodies(self._parsers.read_body)
        self._unread = config.enforcement.refuses_unread
        self._ways: Ways | None = None  # to each check, on this server
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()
        self._seen: Seen | None = None

    async def close(self) -> None:
        """End the parsers' processes, and let go of the database."""
        await self._parsers.close()
        if self._connection is not None:
            await self._connection.close()

    async def judge(self, policy: Policy, now: datetime, sql: str, user: str) -> Judging:
        """Judge a text. Raises NotPossible when there is no statement in it, and StoreError."""
        picture = Picture(policy, await self.catalog(policy), made_up_ids(policy))
        ways, strict = await self.ways()
        gate = Gate(picture, lambda: now, strict=strict, ways=ways)
        script = await self._parsers.read(sql, standard_conforming_strings=True)
        rulings = _rulings(gate, user, sql, script)
        if not rulings:
            raise NotPossible("there is no statement in the text: give one, in quotes")
        catalog = gate.picture.catalog
        reaches = [
            reach(one, catalog, discreet=user in catalog.discreet) for one in script.statements
        ]
        if len(reaches) != len(rulings):  # the text as a whole could not be judged
            reaches = [Reach(ruling.statement) for ruling in rulings]
        lines = tuple(
            _line(sql, ruling, reached, policy)
            for ruling, reached in zip(rulings, reaches, strict=True)
        )
        return Judging(user, all(line.verdict != Kind.REFUSE.value for line in lines), lines)

    async def catalog(self, policy: Policy) -> Catalog:
        """Return the catalog with the pins that a proxy would add to those in the store."""
        async with self._turn, store_errors("read the catalog"):
            connection = await self._reached()
            mark, seen = await fingerprint(connection), self._seen
            if seen and (seen.fingerprint, seen.products) == (mark, policy.products):
                return seen.catalog
            rows = await load_rows(connection)
            await self._bodies.learn(rows.functions, BODIES_SECONDS)
            catalog = await asyncio.to_thread(self._build, rows, policy)
            self._seen = Seen(mark, policy.products, catalog)
        return catalog

    async def ways(self) -> tuple[Ways, bool]:
        """Return how a proxy checks on this server, and whether unread code does not run there."""
        ways = self._ways or await self._found()
        return ways, ways.strict(self._unread)

    async def _found(self) -> Ways:
        """Find out how the server lets a proxy check."""
        async with self._turn, store_errors("find out what the server can do"):
            with suppress(errors.InsufficientPrivilege):  # not the role of pgtoll serve
                self._ways = choose(await probe(await self._reached()))
        return self._ways or BEST

    async def _reached(self) -> Connection:
        if self._connection is None or not await answers(self._connection):
            self._connection = await connect(self._dsn)
        return self._connection

    def _build(self, rows: CatalogRows, policy: Policy) -> Catalog:
        trusted, bodies = self._trusted, self._bodies.known
        catalog = build_catalog(rows, trusted=trusted, bodies=bodies)
        if pins := new_pins(catalog, policy):
            added = (PinRow(pin.relation, pin.product) for pin in pins)
            pinned = replace(rows, pins=(*rows.pins, *added))
            catalog = build_catalog(pinned, trusted=trusted, bodies=bodies)
        return catalog


def made_up_ids(policy: Policy) -> dict[str, int]:
    """Return numbers by which checks could call products, where none is going to run."""
    return {code: number for number, code in enumerate(policy.products, 1)}


def _rulings(gate: Gate, user: str, sql: str, script: Script) -> tuple[Ruling, ...]:
    """Return what the gate rules on each statement."""
    judge, data = gate.judge(user), sql.encode(errors="replace")
    if judge.clear:  # a proxy does not even read what such a user sends
        allowed, whole = Verdict(Kind.ALLOW, rule="clear"), Statement("", 0, len(data))
        statements = script.statements or (whole,) * bool(script.refusal)
        return tuple(Ruling(statement, allowed) for statement in statements)
    gate.facts.keep(judge.key(data), data, script)
    return judge.rule(data, "") or ()


def _line(sql: str, ruling: Ruling, reached: Reach, policy: Policy) -> StatementLine:
    verdict, statement = ruling.verdict, ruling.statement
    relations = sorted(reached.reads, key=lambda one: (one.schema, one.name))
    why = verdict.message or WHY.get(verdict.rule, verdict.rule)
    return StatementLine(
        sql=sql.encode(errors="replace")[statement.start : statement.end].decode(errors="replace"),
        verdict=verdict.kind.value,
        why=why.format(cap=policy.cap, detail=verdict.detail) if not verdict.message else why,
        sqlstate=verdict.sqlstate,
        detail=verdict.detail,
        hint=verdict.hint,
        product=verdict.product,
        rule=verdict.rule,
        relations=tuple(
            RelationLine(each.schema, each.name, tuple(sorted(products_of(each, policy))))
            for each in relations
        ),
    )

"""One judging outside the proxy: the same store, catalog, parsers and gate, and its reasons."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from pgtoll.body_reading import Bodies
from pgtoll.cli.output import print_facts, print_json, say
from pgtoll.cli.storing import present
from pgtoll.config import Config
from pgtoll.errors import ConfigError
from pgtoll.gate import Gate, Picture
from pgtoll.link import connect, store_errors
from pgtoll.parsing import Parsers
from pgtoll.session.effects import Ruling
from pgtoll.snapshot import load_rows
from pgtoll.store import Store
from pgtoll_policy.bodies import Body, BodyText
from pgtoll_policy.catalog import Catalog, CatalogRows, Reach, build_catalog, reach
from pgtoll_policy.facts import Script, Statement
from pgtoll_policy.pins import new_pins
from pgtoll_policy.policy import Policy
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


async def judge(store: Store, config: Config, sql: str, user: str) -> Judging:
    """Judge a text as a proxy would now. Raises ConfigError when there is no statement in it."""
    gate = await _gate(store, config)
    script = await _read(sql, config)
    rulings = _rulings(gate, user, sql, script)
    if not rulings:
        raise ConfigError("there is no statement in the text: give one, in quotes")
    catalog = gate.picture.catalog
    reaches = [reach(one, catalog, discreet=user in catalog.discreet) for one in script.statements]
    if len(reaches) != len(rulings):  # the text as a whole could not be judged
        reaches = [Reach(ruling.statement) for ruling in rulings]
    lines = tuple(
        _line(sql, ruling, reached, gate.picture.policy)
        for ruling, reached in zip(rulings, reaches, strict=True)
    )
    return Judging(user, all(line.verdict != Kind.REFUSE.value for line in lines), lines)


async def _gate(store: Store, config: Config) -> Gate:
    """Return a gate with what is in force now."""
    now = await present(store)
    policy, _ = await store.load_policy(config.trust.keys(), config.customer)
    picture = Picture(policy, await _catalog(config, policy), {})
    return Gate(picture, lambda: now)


async def _catalog(config: Config, policy: Policy) -> Catalog:
    """Return the catalog with the pins that a proxy would add to those in the store."""
    trusted = config.enforcement.trusted_functions
    connection = await connect(config.server.dsn)
    try:
        async with store_errors("read the catalog"):
            rows = await load_rows(connection)
    finally:
        await connection.close()
    bodies = await _bodies(rows)
    catalog = build_catalog(rows, trusted=trusted, bodies=bodies)
    if pins := new_pins(catalog, policy):
        added = (PinRow(pin.relation, pin.product) for pin in pins)
        pinned = replace(rows, pins=(*rows.pins, *added))
        catalog = build_catalog(pinned, trusted=trusted, bodies=bodies)
    return catalog


async def _bodies(rows: CatalogRows) -> Mapping[BodyText, Body]:
    """Read the bodies of functions as a proxy does."""
    parsers = Parsers()
    bodies = Bodies(parsers.read_body)
    try:
        await bodies.learn(rows.functions, BODIES_SECONDS)
    finally:
        await parsers.close()
    return bodies.known


async def _read(sql: str, config: Config) -> Script:
    """Read the text where a proxy does: in a process that it may crash."""
    parsers = Parsers(strict=config.enforcement.strict_parsers)
    try:
        return await parsers.read(sql, standard_conforming_strings=True)
    finally:
        await parsers.close()


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


def print_judging(judging: Judging) -> None:
    """Print each statement's verdict and its reasons."""
    for number, line in enumerate(judging.statements):
        if number:
            say("")
        print_facts(
            {
                "verdict": line.verdict,
                "statement": line.sql.strip(),
                "why": line.why,
                "detail": line.detail if line.sqlstate else None,
                "hint": line.hint or None,
                "sqlstate": line.sqlstate or None,
                "relations": ", ".join(map(_shown, line.relations)) or None,
                "rule": line.rule,
            }
        )


def _shown(relation: RelationLine) -> str:
    products = f" ({', '.join(relation.products)})" if relation.products else ""
    return f"{relation.schema}.{relation.name}{products}"


def print_judging_as_json(judging: Judging) -> None:
    """Print the same for programs."""
    print_json(asdict(judging))

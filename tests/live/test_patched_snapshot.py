"""A snapshot that was brought up to date, after any DDL, against one that was read at once."""

import asyncio
import os
import random
from collections.abc import Iterator
from dataclasses import fields, replace

import psycopg
import pytest
from license_samples import MARKETING, PERSONAL
from pictures import connected
from psycopg.rows import TupleRow
from servers import Postgres

from pgtoll.catalog.fingerprint_queries import BLOCK
from pgtoll.catalog.snapshot import Snapshot, read_snapshot
from pgtoll_policy.catalog import Relation, build_catalog
from pgtoll_policy.documents import BASE_PRODUCT
from pgtoll_policy.pins import new_pins
from pgtoll_policy.policy import Pin, compile_policy

pytestmark = pytest.mark.live

STEPS = int(os.environ.get("PGTOLL_FUZZ_EXAMPLES") or 40)
# Ids that are used up between two tables, so that they come to lie in different blocks.
APART = f"SELECT lo_unlink(lo_create(0)) FROM generate_series(1, {BLOCK})"

# A product that owns the tables t1 and t5.
PRODUCT = replace(MARKETING, prefix="t", objects=("t1", "t5"))
POLICY = compile_policy([BASE_PRODUCT, PRODUCT, PERSONAL], [])

WORLD = """
CREATE SCHEMA a; CREATE SCHEMA b;
CREATE FUNCTION a.f0(text) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
CREATE FUNCTION a.f1(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION a.f2(text, text) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN $1 = $2; END';
CREATE FUNCTION a.tr() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION a.key(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE DOMAIN a.d0 AS text; CREATE DOMAIN a.d1 AS int CHECK (VALUE > 0);
CREATE TYPE a.c0 AS (x a.d0, y int); CREATE TYPE a.e0 AS ENUM ('x', 'y');
"""
# {T} and {U} are tables, {P} partitioned ones, {N} names that may be taken. What fails is left.
CHANGES = (
    *("CREATE TABLE {N} (id int PRIMARY KEY, a text, n int)",) * 6,
    *("DROP TABLE {T}", "DROP TABLE {T} CASCADE", "ALTER TABLE {T} RENAME TO {M}"),
    *("CREATE TABLE {N} () INHERITS ({T})", "ALTER TABLE {T} INHERIT {U}"),
    *("ALTER TABLE {T} NO INHERIT {U}", "CREATE TEMP TABLE x{R} (id int)", "DROP TABLE x{R}"),
    *("CREATE TABLE {N} (id int, a text, n int) PARTITION BY RANGE (a.key(id))",) * 2,
    "CREATE TABLE {N} (id int, a text, n int) PARTITION BY LIST (n)",
    *(
        "ALTER TABLE {P} ATTACH PARTITION {T} DEFAULT",
        "ALTER TABLE {P} ATTACH PARTITION {P} DEFAULT",
    ),
    *("ALTER TABLE {P} DETACH PARTITION {T}", "ALTER TABLE {P} DETACH PARTITION {P}"),
    *("CREATE VIEW a.v{R} AS SELECT * FROM {T}", "DROP VIEW a.v{R}", "DROP VIEW a.v{R} CASCADE"),
    "CREATE OR REPLACE VIEW a.v{R} AS SELECT id, a, n FROM {T} WHERE a.f0(a)",
    *("CREATE MATERIALIZED VIEW a.m{R} AS SELECT * FROM {T}", "DROP MATERIALIZED VIEW a.m{R}"),
    *("CREATE RULE r AS ON UPDATE TO {T} DO ALSO DELETE FROM {U}", "DROP RULE r ON {T}"),
    *("CREATE POLICY p ON {T} USING (EXISTS (SELECT FROM {U}))", "DROP POLICY p ON {T}"),
    *("CREATE POLICY p ON {T} USING (a.f0(a))", "ALTER TABLE {T} ENABLE ROW LEVEL SECURITY"),
    *("ALTER TABLE {T} DISABLE ROW LEVEL SECURITY", "ALTER TABLE {T} ADD CHECK (a.f0(a))"),
    *("ALTER TABLE {T} ADD FOREIGN KEY (n) REFERENCES {U} ON DELETE CASCADE",) * 2,
    *("ALTER TABLE {T} DROP CONSTRAINT {t}_n_fkey", "ALTER TABLE {T} DROP CONSTRAINT {t}_a_check"),
    *("ALTER TABLE {T} ALTER n SET DEFAULT a.f1(1)", "ALTER TABLE {T} ALTER n DROP DEFAULT"),
    *("CREATE SEQUENCE a.s{R} OWNED BY {T}.id", "ALTER SEQUENCE a.s{R} OWNED BY {T}.n"),
    *("ALTER SEQUENCE a.s{R} OWNED BY NONE", "DROP SEQUENCE a.s{R} CASCADE"),
    "ALTER TABLE {T} ALTER n SET DEFAULT nextval('a.s{R}')",
    *("CREATE INDEX i{R} ON {T} (a.f0(a))", "CREATE INDEX ON {T} (n)", "DROP INDEX a.i{R}, b.i{R}"),
    *("ALTER INDEX a.i{R} RENAME TO j{R}", "CREATE STATISTICS a.st{R} ON a, (a.key(id)) FROM {T}"),
    *("DROP STATISTICS a.st{R}", "CREATE TRIGGER t BEFORE INSERT ON {T} EXECUTE FUNCTION a.tr()"),
    *("DROP TRIGGER t ON {T}", "ALTER TABLE {T} DISABLE TRIGGER t"),
    "CREATE CONSTRAINT TRIGGER c AFTER DELETE ON {T} DEFERRABLE"
    " FOR EACH ROW EXECUTE FUNCTION a.tr()",
    *("ALTER TABLE {T} ALTER a TYPE a.d0", "ALTER TABLE {T} ALTER a TYPE text"),
    *("ALTER TABLE {T} ADD d a.d1", "ALTER TABLE {T} DROP d", "ALTER TABLE {T} ADD c a.c0"),
    *("ALTER TABLE {T} DROP c", "ALTER TABLE {T} ADD c {U}", "ALTER TABLE {T} ADD c a.e0[]"),
    *(
        "ALTER DOMAIN a.d0 ADD CONSTRAINT k CHECK (a.f0(VALUE))",
        "ALTER DOMAIN a.d0 DROP CONSTRAINT k",
    ),
    *("ALTER DOMAIN a.d1 SET DEFAULT a.f1(2)", "ALTER TYPE a.c0 ADD ATTRIBUTE z a.d1 CASCADE"),
    *("ALTER TYPE a.c0 DROP ATTRIBUTE z CASCADE", "ALTER DOMAIN a.d0 RENAME TO d2"),
    *("ALTER DOMAIN a.d2 RENAME TO d0", "ALTER SCHEMA b RENAME TO z", "ALTER SCHEMA z RENAME TO b"),
    *("ALTER TABLE {T} SET SCHEMA b", "ALTER TABLE {T} SET SCHEMA a", "CREATE SCHEMA s{R}"),
    *("ALTER FUNCTION a.f1(int) IMMUTABLE", "ALTER FUNCTION a.f1(int) VOLATILE"),
    "CREATE OR REPLACE FUNCTION a.f0(text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'",
    "CREATE OR REPLACE FUNCTION a.f0(text) RETURNS bool LANGUAGE plpgsql"
    " AS 'BEGIN RETURN true; END'",
    "CREATE FUNCTION a.g{R}(a.d0) RETURNS {U} LANGUAGE sql AS 'SELECT * FROM {U}'",
    *("DROP FUNCTION a.g{R}(a.d0) CASCADE", "DROP OPERATOR a.=== (text, text) CASCADE"),
    "CREATE OPERATOR a.=== (FUNCTION = a.f2, LEFTARG = text, RIGHTARG = text)",
    *("ALTER TABLE {T} ADD CHECK (a OPERATOR(a.===) 'x')", "VACUUM FULL {T}", "TRUNCATE {T}"),
    *("CREATE ROLE discreet_{D} LOGIN", "DROP ROLE discreet_{D}", "ANALYZE {T}"),
)


class Changing:
    """Somebody who changes a database at random: mostly alone, sometimes in two transactions."""

    def __init__(self, database: Postgres, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 -- nothing is to be kept secret
        self._name = database.dbname[-6:]
        self._sessions = [database.connect() for _ in range(2)]
        self._open = False

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        # Roles are the server's.

    def step(self) -> str:
        """Change something; return what."""
        if self._random.random() < 0.1:  # the second one begins, or ends what it has begun
            self._open = not self._open
            end = self._random.choice(["COMMIT", "ROLLBACK"])
            return self._said(self._sessions[1], "BEGIN" if self._open else end)
        late = self._open and self._random.random() < 0.4
        said = [self._said(self._sessions[late], self._change()) for _ in range(self._many())]
        return "; ".join(said)

    def _many(self) -> int:
        return self._random.choice([1, 1, 1, 2, 5])

    def _change(self) -> str:
        pick = self._random.choice
        table = f"t{pick('012345')}"
        values = {
            "T": f"{pick('aab')}.{table}",
            "U": f"{pick('aab')}.t{pick('012345')}",
            "P": f"a.p{pick('01')}",
            "N": pick([f"a.t{pick('012345')}", f"b.t{pick('01')}", f"a.p{pick('01')}"]),
            "M": f"t{pick('012345')}",
            "R": pick("01"),
            "D": f"{self._name}",
            "t": table,
        }
        change = pick(CHANGES)
        return change.format(**values) if self._random.random() < 0.9 else APART

    def _said(self, session: psycopg.Connection[TupleRow], sql: str) -> str:
        try:
            session.execute("SET lock_timeout = '50ms'")
            session.execute(sql.encode())
        except psycopg.Error as exc:
            if session.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
                session.execute("ROLLBACK")
                self._open = False
            return f"({sql}: {exc.sqlstate})"
        return sql


@pytest.fixture
def changing(any_database: Postgres) -> Iterator[Changing]:
    any_database.execute(WORLD)
    somebody = Changing(any_database, seed=any_database.version)
    try:
        yield somebody
    finally:
        somebody.close()
        any_database.execute(f"DROP ROLE IF EXISTS discreet_{any_database.dbname[-6:]}")


# Each changes what is said of relations that the command does not name.
FAR_REACHING = (
    "CREATE TABLE a.t0 (id int PRIMARY KEY, a a.d0, n int)",
    "ALTER DOMAIN a.d0 ADD CONSTRAINT k CHECK (a.f0(VALUE))",
    "ALTER DOMAIN a.d0 DROP CONSTRAINT k",
    "CREATE TABLE a.t1 (whole a.t0, c a.c0)",
    "ALTER DOMAIN a.d0 SET DEFAULT (a.f1(1))::text",
    "CREATE FUNCTION a.asks(text) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN true; END'",
    "CREATE TABLE a.t2 (a text CHECK (a.asks(a)))",
    "ALTER FUNCTION a.asks(text) IMMUTABLE",
    "CREATE OR REPLACE FUNCTION a.asks(text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
    "CREATE OPERATOR a.=== (FUNCTION = a.f2, LEFTARG = text, RIGHTARG = text)",
    "CREATE TABLE a.t3 (a text CHECK (a OPERATOR(a.===) 'x'))",
    "CREATE FUNCTION a.f3(text, text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
    "CREATE OPERATOR a.!=== (FUNCTION = a.f3, LEFTARG = text, RIGHTARG = text,"
    " NEGATOR = OPERATOR(a.===))",
    "CREATE TABLE a.low (id int, a text, n int)",
    APART,
    "CREATE TABLE a.middle (id int, a text, n int) PARTITION BY LIST (n)",
    APART,
    "CREATE TABLE a.top (id int, a text, n int) PARTITION BY RANGE (a.key(id))",
    "ALTER TABLE a.middle ATTACH PARTITION a.low DEFAULT",
    "ALTER TABLE a.top ATTACH PARTITION a.middle DEFAULT",
    "ALTER TABLE a.top DETACH PARTITION a.middle",
    "CREATE TABLE b.t0 (id int PRIMARY KEY)",
    "CREATE VIEW b.view AS SELECT id AS x FROM b.t0",
    APART,
    "CREATE MATERIALIZED VIEW b.copy AS SELECT * FROM b.view",
    APART,
    "CREATE TABLE b.t5 (id int)",
    "CREATE OR REPLACE VIEW b.view AS SELECT id AS x FROM b.t5",
    "CREATE TABLE b.other (id int)",
    APART,
    "CREATE MATERIALIZED VIEW b.another AS SELECT * FROM b.other",
    "ALTER TABLE b.other RENAME TO t1",
    "ALTER SCHEMA b RENAME TO z",
    "DROP SCHEMA a CASCADE",
)


def test_what_reaches_far_is_read(any_database: Postgres, changing: Changing) -> None:
    async def watch() -> None:
        async with connected(any_database) as connection:
            known = await read_snapshot(connection, None)
            for change in FAR_REACHING:
                any_database.execute(change)
                now = await read_snapshot(connection, known)
                assert _told(now) == _told(await read_snapshot(connection, None)), change
                assert _due(now) - _due(known) <= _due(now, now.fresh(known)), change
                known = now

    asyncio.run(watch())


def test_ddl_that_is_committed_late_is_read(any_database: Postgres, changing: Changing) -> None:
    async def watch() -> Snapshot:
        async with connected(any_database) as connection:
            with any_database.connect(autocommit=False) as late:
                late.execute("CREATE TABLE a.late (id int PRIMARY KEY)")
                any_database.execute("CREATE TABLE a.early (id int)")
                known = await read_snapshot(connection, None)
                any_database.execute("DROP TABLE a.early")
                known = await read_snapshot(connection, known)
            now = await read_snapshot(connection, known)
            assert _told(now) == _told(await read_snapshot(connection, None))
            return now

    assert {"late"} <= asyncio.run(watch()).directory.named_so.keys()


@pytest.mark.timeout(600)
def test_a_patched_snapshot_is_one_that_was_read_at_once(
    any_database: Postgres, changing: Changing
) -> None:
    async def watch() -> int:
        said: list[str] = []
        patched = 0
        async with connected(any_database) as connection:
            known = await read_snapshot(connection, None)
            for step in range(STEPS):
                said = [*said[-5:], changing.step()]
                now = await read_snapshot(connection, known)
                whole = await read_snapshot(connection, None)
                assert _told(now) == _told(whole), said
                assert step % 10 or _pictured(now) == _pictured(whole), said
                assert _due(now) - _due(known) <= _due(now, now.fresh(known)), said
                patched += now is not known and _kept(known, now)
                known = now
        return patched

    assert asyncio.run(watch()) > 0  # or it was all read again, always


def _due(snapshot: Snapshot, oids: set[int] | None = None) -> set[Pin]:
    """The pins that are missing, of all relations or of some."""
    return set(new_pins(build_catalog(snapshot.code, snapshot.directory), POLICY, oids))


def _kept(known: Snapshot, now: Snapshot) -> bool:
    """Whether most parts were not read again."""
    kept = sum(now.parts.get(block) is part for block, part in known.parts.items())
    return kept > len(now.parts) // 2


def _told(snapshot: Snapshot) -> dict[str, object]:
    """What a snapshot says, whatever the order."""
    code = {one.name: getattr(snapshot.code, one.name) for one in fields(snapshot.code)}
    parts = {
        (block, one.name): frozenset(getattr(part, one.name))
        for block, part in snapshot.parts.items()
        for one in fields(part)
        if one.name in ("relations", "attached", "indexes", "keys", "views", "owned", "inheritance")
    }
    directory = {
        one.name: getattr(snapshot.directory, one.name) for one in fields(snapshot.directory)
    }
    return {
        **{name: frozenset(rows) for name, rows in code.items()},
        **directory,
        "blocks": {key: rows for key, rows in parts.items() if rows},
        "schemas": snapshot.schemas,
        "fingerprint": snapshot.fingerprint,
    }


def _pictured(snapshot: Snapshot) -> list[tuple[object, ...]]:
    """What a picture that is made of it says of every relation."""
    catalog = build_catalog(snapshot.code, snapshot.directory)
    return [_shown(catalog.relations[oid]) for oid in sorted(catalog.relations)]


def _shown(one: Relation) -> tuple[object, ...]:
    return one, one.on_read, one.on_insert, one.on_change, one.on_upkeep, one.on_empty

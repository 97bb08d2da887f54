"""Schema pgtoll: created, upgraded, found wanting."""

import asyncio
import re
import secrets
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import psycopg
import pytest
import servers
from servers import Postgres
from witnessed import check

from pgtoll.errors import ConfigError, StoreError
from pgtoll.store.link import connect
from pgtoll.store.migrations import Migration, initialise, migrations, server_facts

pytestmark = pytest.mark.live

STEPS = migrations()
ALL = tuple(step.version for step in STEPS)


def run_initialise(dsn: str) -> tuple[int, ...]:
    return asyncio.run(initialise(dsn))


def test_the_steps_are_numbered_without_a_gap() -> None:
    assert tuple(range(1, len(STEPS) + 1)) == ALL


def test_it_creates_everything_once(any_database: Postgres) -> None:
    assert run_initialise(any_database.dsn) == ALL
    assert run_initialise(any_database.dsn) == ()
    facts = asyncio.run(server_facts(any_database.dsn))
    assert facts.schema_version == ALL[-1]
    assert facts.server_version == any_database.version


def test_several_at_once_do_not_disturb_each_other(any_database: Postgres) -> None:
    with ProcessPoolExecutor(5, mp_context=get_context("spawn")) as pool:
        done = list(pool.map(run_initialise, [any_database.dsn] * 5))
    assert sorted(version for versions in done for version in versions) == list(ALL)


def test_databases_of_one_server_share_the_role(postgres: Postgres) -> None:
    names = [f"twin_{secrets.token_hex(4)}" for _ in range(2)]
    databases = [postgres.new_database(name) for name in names]
    try:

        async def both() -> None:
            await asyncio.gather(*(initialise(database.dsn) for database in databases))

        asyncio.run(both())
    finally:
        for database in databases:
            database.drop_database()


@pytest.mark.parametrize("version", ALL[:-1])
def test_every_older_version_is_brought_up_to_date(any_database: Postgres, version: int) -> None:
    old = STEPS[:version]
    assert asyncio.run(initialise(any_database.dsn, steps=old)) == ALL[:version]
    with any_database.connect() as session:
        session.execute("INSERT INTO pgtoll.seat (product, username) VALUES ('p', 'u')")
    with pytest.raises(
        StoreError, match=f"is at version {version}, not {ALL[-1]}: run pgtoll init"
    ):
        asyncio.run(server_facts(any_database.dsn))
    assert run_initialise(any_database.dsn) == ALL[version:]
    with any_database.connect() as session:
        assert session.execute("SELECT username FROM pgtoll.seat").fetchall() == [("u",)]
        session.execute(check(demo=(0,)).encode())


def test_a_step_that_fails_leaves_nothing_behind(database: Postgres) -> None:
    broken = Migration(ALL[-1] + 1, "broken", "CREATE TABLE pgtoll.half (x int); SELECT 1 / 0")
    with pytest.raises(StoreError, match="division by zero"):
        asyncio.run(initialise(database.dsn, steps=(*STEPS, broken)))
    assert asyncio.run(server_facts(database.dsn)).schema_version == ALL[-1]
    with database.connect() as session:
        row = session.execute("SELECT to_regclass('pgtoll.half')").fetchone()
    assert row == (None,)


def test_a_newer_schema_is_not_touched(store_database: Postgres) -> None:
    store_database.execute("INSERT INTO pgtoll.migration VALUES (9999, 'from the future')")
    with pytest.raises(StoreError, match="newer than this program"):
        asyncio.run(server_facts(store_database.dsn))
    assert run_initialise(store_database.dsn) == ()


def test_a_missing_schema_says_what_to_run_and_hides_the_password(database: Postgres) -> None:
    dsn = f"{database.dsn} password=hush"
    with pytest.raises(StoreError, match="is missing: run pgtoll init --server") as caught:
        asyncio.run(server_facts(dsn))
    assert "hush" not in str(caught.value)


def test_a_server_that_does_not_count_is_refused(store_database: Postgres) -> None:
    store_database.execute(f"ALTER DATABASE {store_database.dbname} SET track_counts = off")
    with pytest.raises(StoreError, match="track_counts is off"):
        asyncio.run(server_facts(store_database.dsn))


def test_nobody_may_ask_what_rows_a_session_knows(any_database: Postgres) -> None:
    role, asking = f"curious_{secrets.token_hex(4)}", "SELECT record_in('(1)', 2249, 0)"
    any_database.execute(f"CREATE ROLE {role} LOGIN")
    try:
        run_initialise(any_database.dsn)
        any_database.execute("GRANT EXECUTE ON FUNCTION array_in TO PUBLIC")
        run_initialise(any_database.dsn)
        with psycopg.connect(f"{any_database.dsn} user={role}", autocommit=True) as session:
            for sql in (asking, "SELECT array_in('{1}', 23, -1)"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    session.execute(sql.encode())
            made = session.execute("SELECT '{1}'::text::int[], (ROW(1, 2)::text)").fetchone()
        assert made == ([1], "(1,2)")
    finally:
        any_database.execute(f"DROP ROLE {role}")


def test_a_role_that_may_not_is_told_what_it_lacks(any_database: Postgres) -> None:
    role = f"weak_{secrets.token_hex(4)}"
    any_database.execute(f"CREATE ROLE {role} LOGIN")
    try:
        needed = "CREATE on the database"
        with pytest.raises(ConfigError, match=re.escape(f"role {role} is not a superuser")) as told:
            run_initialise(f"{any_database.dsn} user={role}")
        assert needed in str(told.value)
    finally:
        any_database.execute(f"DROP ROLE {role}")


@pytest.mark.since15
def test_a_role_that_reads_everything_will_do(any_database: Postgres) -> None:
    role = f"reader_{secrets.token_hex(4)}"
    any_database.execute(
        f"CREATE ROLE {role} LOGIN BYPASSRLS CREATEROLE IN ROLE pg_read_all_data;"
        f"GRANT CREATE ON DATABASE {any_database.dbname} TO {role};"
        "CREATE TABLE public.t (x int)"
    )
    try:
        assert run_initialise(f"{any_database.dsn} user={role}") == ALL
        assert not asyncio.run(server_facts(any_database.dsn)).tells_of_ddl
        with any_database.connect(autocommit=False) as session:
            session.execute("INSERT INTO public.t VALUES (1), (2)")
            with pytest.raises(psycopg.DatabaseError, match="cap"):
                session.execute(check(cap=1, demo=(0,)).encode())
    finally:
        any_database.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


def test_ddl_is_told_where_nothing_can_be_prepared() -> None:
    binaries = servers.embedded_binaries()
    if binaries is None:
        pytest.skip("the embedded PostgreSQL is not installed")
    with servers.cluster(binaries, max_prepared_transactions="0") as server:
        run_initialise(server.dsn)
        assert asyncio.run(server_facts(server.dsn)).tells_of_ddl
        assert asyncio.run(_heard(server, "CREATE TEMP TABLE x (y int); DROP TABLE x")) == []
        assert asyncio.run(_heard(server, "CREATE TABLE x (y int)")) == ["catalog"]
        assert asyncio.run(_heard(server, "ALTER TABLE x ADD z int; CREATE VIEW v AS TABLE x")) == [
            "catalog"
        ]
        assert asyncio.run(_heard(server, "DROP TABLE x CASCADE")) == ["catalog"]


def test_transactions_with_ddl_can_still_be_prepared(store_database: Postgres) -> None:
    name = f"tx_{secrets.token_hex(4)}"
    with store_database.connect() as session:
        session.execute("BEGIN; CREATE TABLE public.t (x int)")
        session.execute(f"PREPARE TRANSACTION '{name}'".encode())
        session.execute(f"COMMIT PREPARED '{name}'".encode())
    assert not asyncio.run(server_facts(store_database.dsn)).tells_of_ddl


async def _heard(server: Postgres, sql: str) -> list[str]:
    """Return the payloads that some statements of another session lead to."""
    connection = await connect(server.dsn)
    async with connection:
        await connection.execute("LISTEN pgtoll")
        server.execute(sql)
        return [one.payload async for one in connection.notifies(timeout=0.3)]

"""What was taken from a real server is found to be missing, and nothing stays of the question."""

import asyncio
import re

import engines
import pytest
from servers import Postgres

from pgtoll.engine.abilities import Abilities
from pgtoll.engine.probes import check_needs, probe
from pgtoll.errors import ConfigError
from pgtoll.store.link import connect
from pgtoll.store.migrations import initialise

pytestmark = pytest.mark.live
SINCE_15 = pytest.mark.since15


def found(database: Postgres, *taken: str, user: str = "") -> Abilities:
    with database.connect() as session:
        for sql in ("SET allow_system_table_mods = on", *taken):
            session.execute(sql.encode())

    async def ask() -> Abilities:
        connection = await connect(f"{database.dsn} user={user}" if user else database.dsn)
        async with connection:
            return await probe(connection)

    return asyncio.run(ask())


@pytest.mark.since15
def test_a_server_that_has_everything_lacks_nothing_but_what_init_makes(
    any_database: Postgres,
) -> None:
    before = found(any_database)
    assert (before.counts, before.locks, before.flushes, before.notifies, before.instance) == (
        "",
    ) * 5
    assert "run pgtoll init" in before.event_triggers
    asyncio.run(initialise(any_database.dsn))
    assert found(any_database).event_triggers == ""
    with any_database.connect() as session:
        assert session.execute("SELECT count(*) FROM pgtoll.probe").fetchone() == (0,)


@pytest.mark.parametrize(
    ("taken", "what"),
    [
        (engines.GONE_COUNTS, "counts"),
        (engines.FALSE_COUNTS, "counts"),
        (engines.GONE_LOCKS, "locks"),
        (engines.gone("pg_notify"), "notifies"),
        pytest.param(engines.gone("pg_stat_force_next_flush"), "flushes", marks=SINCE_15),
        pytest.param(engines.kept("pg_stat_force_next_flush()"), "flushes", marks=SINCE_15),
        (engines.gone("pg_control_system"), "instance"),
    ],
)
def test_what_was_taken_is_missed(
    any_database: Postgres, taken: tuple[str, ...], what: str
) -> None:
    assert getattr(found(any_database, *taken), what)


def test_what_the_owner_may_not_do_counts_and_not_what_the_asker_may(
    any_database: Postgres,
) -> None:
    role = f"keeper_{any_database.dbname}"
    any_database.execute(f"CREATE ROLE {role} LOGIN CREATEROLE")
    try:
        any_database.execute(f"ALTER DATABASE {any_database.dbname} OWNER TO {role}")
        any_database.execute("CREATE TABLE public.hidden_one (x int)")
        asyncio.run(initialise(f"{any_database.dsn} user={role}"))
        for user in ("", role):
            told = found(any_database, *engines.NO_COUNTS, user=user)
            assert (told.owner, told.superuser, told.bypasses) == (role, False, False)
            assert re.search("permission denied for function", told.counts)
            assert "permission denied to create event trigger" in told.event_triggers
            assert (told.hidden, told.most_hidden) == (("public.hidden_one",), 1)
    finally:
        any_database.execute(f"DROP OWNED BY {role} CASCADE")
        any_database.execute(f"ALTER DATABASE {any_database.dbname} OWNER TO postgres")
        any_database.execute(f"DROP ROLE {role}")


def test_what_nothing_stands_in_for_is_told_in_one_line(database: Postgres) -> None:
    found(database, *engines.gone("pg_current_snapshot"))

    async def ask() -> None:
        connection = await connect(database.dsn)
        async with connection:
            await check_needs(connection)

    with pytest.raises(ConfigError, match="cannot be served by pgtoll: the server has no") as told:
        asyncio.run(ask())
    assert "\n" not in str(told.value)

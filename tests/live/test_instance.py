"""The instance is PostgreSQL's own identifier of the cluster, and a license may be bound to it."""

from dataclasses import replace

import pytest
from license_samples import KEY, KEYS, MARKETING, NOW, SERVER
from psycopg.conninfo import make_conninfo
from servers import Postgres
from storage import in_store

from pgtoll.store.store import Store
from pgtoll_policy.coverage import FaultKind
from pgtoll_policy.errors import NotForUs
from pgtoll_policy.issue import sign
from pgtoll_policy.policy import State

pytestmark = pytest.mark.live

FUNCTION = "pg_catalog.pg_control_system()"


def identifier(database: Postgres) -> str:
    with database.connect() as connection:
        row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    assert row is not None
    return str(row[0])


def test_a_license_is_good_where_it_is_bound_and_nowhere_else(store_database: Postgres) -> None:
    here = identifier(store_database)

    async def story(store: Store) -> None:
        assert await store.instance() == here
        await store.upload(sign(MARKETING, KEY), KEYS, now=NOW)
        elsewhere = sign(replace(SERVER, instance="7000000000000000001"), KEY)
        with pytest.raises(NotForUs, match=f"instance 7000000000000000001, this is .* {here}"):
            await store.upload(elsewhere, KEYS, now=NOW)
        assert len(await store.documents()) == 1
        await store.upload(sign(replace(SERVER, instance=here), KEY), KEYS, now=NOW)
        policy, _ = await store.load_policy(KEYS)
        assert policy.state("marketing", "alice", NOW).state is State.LICENSED

    in_store(store_database, story)


def test_a_license_that_was_carried_elsewhere_is_not_in_force(store_database: Postgres) -> None:
    """As in a dump that is restored on another cluster: the store has it, nobody uploaded it."""

    async def story(store: Store) -> None:
        await store.upload(sign(MARKETING, KEY), KEYS, now=NOW)
        await store.upload(sign(SERVER, KEY), KEYS, now=NOW)
        file = sign(replace(SERVER, instance="7000000000000000001"), KEY)
        with store_database.connect() as connection:
            connection.execute(
                "UPDATE pgtoll.document SET file = %s WHERE kind = 'license'", [file]
            )
        policy, _ = await store.load_policy(KEYS)
        state = policy.state("marketing", "alice", NOW)
        assert (state.state, state.fault) == (State.REFUSED, FaultKind.FOREIGN_INSTANCE)

    in_store(store_database, story)


def test_where_it_may_not_be_read_only_unbound_licenses_count(store_database: Postgres) -> None:
    here, role = identifier(store_database), f"keeper_{store_database.dbname}"
    store_database.execute(
        f"REVOKE EXECUTE ON FUNCTION {FUNCTION} FROM PUBLIC;"
        f"CREATE ROLE {role} LOGIN IN ROLE pgtoll_manager"
    )
    try:
        dsn = make_conninfo(store_database.dsn, user=role)

        async def story(store: Store) -> None:
            keeper = await Store.connect(dsn)
            assert await keeper.instance() is None
            await store.upload(sign(MARKETING, KEY), KEYS, now=NOW)
            with pytest.raises(NotForUs, match="what this instance is cannot be read"):
                await keeper.upload(sign(replace(SERVER, instance=here), KEY), KEYS, now=NOW)
            await keeper.upload(sign(SERVER, KEY), KEYS, now=NOW)
            policy, _ = await keeper.load_policy(KEYS)
            await keeper.close()
            assert policy.state("marketing", "alice", NOW).state is State.LICENSED

        in_store(store_database, story)
    finally:
        store_database.execute(f"DROP ROLE {role}")

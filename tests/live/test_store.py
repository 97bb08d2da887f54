"""The store as proxies use it."""

import asyncio
import secrets
from dataclasses import replace
from datetime import date, timedelta

import pytest
from license_samples import KEY, KEYS, MARKETING, NOW
from servers import Postgres
from storage import in_store

from pgtoll.audit import Record
from pgtoll.errors import StoreError
from pgtoll.store.migrations import initialise
from pgtoll.store.store import SQL_CHARACTERS, Store
from pgtoll_policy.documents import BASE_PRODUCT, Product
from pgtoll_policy.issue import sign
from pgtoll_policy.policy import Pin, Policy, compile_policy
from pgtoll_policy.verdict import Kind, Verdict

pytestmark = pytest.mark.live

REFUSAL = Verdict(Kind.REFUSE, sqlstate="42501", product="marketing", schema="s", table="t")


def policy_of(*products: Product) -> Policy:
    return compile_policy(products, [])


def elements(database: Postgres) -> list[tuple[str, str, str]]:
    with database.connect() as session:
        return session.execute(
            "SELECT code, in_schema, in_name FROM pgtoll.element e"
            " JOIN pgtoll.product p ON p.id = e.product ORDER BY 1, 2, 3"
        ).fetchall()


def test_a_published_policy_is_what_the_witness_knows(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        assert await store.product_ids() == {"base": 0}
        base = replace(BASE_PRODUCT, exempt=("Log_*", "audit.*"), serial=1)
        ids = await store.publish(policy_of(base, MARKETING))
        assert ids == await store.product_ids()
        assert ids["base"] == 0
        assert elements(store_database) == [
            ("marketing", "%", "mrkt%"),
            ("marketing", "%", "mrktinvoice"),
        ]
        fewer = replace(MARKETING, objects=("sales.MrktX",))
        assert await store.publish(policy_of(fewer)) == ids
        assert elements(store_database) == [("marketing", "sales", "mrktx")]
        with store_database.connect() as session:
            assert session.execute("SELECT * FROM pgtoll.exempt").fetchall() == []
        assert await store.publish(policy_of()) == ids
        assert elements(store_database) == []

    in_store(store_database, story)


def test_proxies_that_publish_at_once_agree(store_database: Postgres) -> None:
    codes = [f"product{number}" for number in range(5)]
    products = [replace(MARKETING, code=code) for code in codes]

    async def publish() -> dict[str, int]:
        store = await Store.connect(store_database.dsn)
        try:
            return await store.publish(policy_of(*products))
        finally:
            await store.close()

    async def story(store: Store) -> None:
        results = await asyncio.gather(*(publish() for _ in range(8)))
        assert results == [await store.product_ids()] * 8
        assert set(results[0]) == {"base", *codes}

    in_store(store_database, story)


def test_pins_last_as_long_as_their_relations(store_database: Postgres) -> None:
    store_database.execute("CREATE TABLE public.a (x int); CREATE TABLE public.b (x int)")
    with store_database.connect() as session:
        ((a, b),) = session.execute(
            "SELECT 'public.a'::regclass::oid, 'public.b'::regclass::oid"
        ).fetchall()

    async def story(store: Store) -> None:
        await store.publish(policy_of(MARKETING))
        pins = [
            Pin(a, "marketing"),
            Pin(b, "base"),
            Pin(b, "marketing"),
            Pin(4_000_000_000, "base"),
        ]
        await store.save_pins(pins)
        await store.save_pins(pins[:1])
        assert await store.pins() == pins[:3]
        store_database.execute("DROP TABLE public.b")
        await store.save_pins([])
        assert await store.pins() == pins[:1]

    in_store(store_database, story)


def test_the_highest_time_stays(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        assert await store.tick(NOW) == NOW
        assert await store.tick(NOW - timedelta(days=400)) == NOW
        later = NOW + timedelta(seconds=1)
        assert await store.tick(later) == later
        assert (await store.tick(NOW)).tzinfo is not None

    in_store(store_database, story)


def test_refusals_are_kept_whatever_clients_send(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        texts = ["SELECT 'é'", "nul \0 and \udcff", "x" * 10 * SQL_CHARACTERS]
        await store.record([Record(NOW, "alice", text, REFUSAL, "127.0.0.1") for text in texts])
        await store.record([])

    in_store(store_database, story)
    with store_database.connect() as session:
        kept = session.execute(
            "SELECT at, username, kind, sqlstate, product, schema_name, table_name, client, sql"
            " FROM pgtoll.refusal ORDER BY length(sql)"
        ).fetchall()
    assert kept[0] == (
        NOW, "alice", "refuse", "42501", "marketing", "s", "t", "127.0.0.1", "SELECT 'é'",
    )  # fmt: skip
    assert kept[1][-1] == "nul \ufffd and ?"
    assert len(kept[2][-1]) == SQL_CHARACTERS


def test_a_database_of_another_encoding_takes_any_text(postgres: Postgres) -> None:
    name = f"latin_{secrets.token_hex(4)}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    database = replace(postgres, dbname=name)

    async def story(store: Store) -> None:
        await store.record([Record(NOW, "爱丽丝", "SELECT '爱'", REFUSAL)])

    try:
        asyncio.run(initialise(database.dsn))
        in_store(database, story)
        with database.connect() as session:
            rows = session.execute("SELECT sql FROM pgtoll.refusal").fetchall()
        assert rows == [("SELECT '\\u7231'",)]
    finally:
        database.drop_database()


def test_a_lost_connection_is_made_again(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await store.upload(sign(MARKETING, KEY), KEYS, now=NOW)
        store_database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'pgtoll'"
        )
        assert len(await store.documents()) == 1

    in_store(store_database, story)


def test_many_tasks_may_share_a_store(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await asyncio.gather(*(store.tick(NOW + timedelta(seconds=n)) for n in range(20)))
        assert await store.tick(NOW) == NOW + timedelta(seconds=19)

    in_store(store_database, story)


def test_a_database_without_the_schema_says_what_to_run(database: Postgres) -> None:
    async def story(store: Store) -> None:
        with pytest.raises(StoreError, match="run pgtoll init"):
            await store.documents()

    in_store(database, story)


def seen(database: Postgres) -> list[tuple[str, str]]:
    with database.connect() as session:
        rows = session.execute("SELECT username, last_day::text FROM pgtoll.seen ORDER BY 1")
        return [(str(name), str(day)) for name, day in rows.fetchall()]


def test_the_last_day_of_a_user_never_goes_back(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await store.record_seen(["bob", "alice", "x" * 300, "nul\0", "nul\ufffd"], date(2026, 6, 2))
        await store.record_seen(["bob"], date(2026, 6, 1))
        await store.record_seen(["alice"], date(2026, 6, 3))
        assert seen(store_database) == [
            ("alice", "2026-06-03"),
            ("bob", "2026-06-02"),
            ("nul\ufffd", "2026-06-02"),
            ("x" * 200, "2026-06-02"),
        ]

    in_store(store_database, story)

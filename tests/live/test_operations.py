"""What proxies write down for the functions that tell about operations."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from license_samples import DUE, MARKETING, PERSONAL, REVOCATION, SERVER, STARTS
from operation_examples import EXPIRED, OF_SALES, PART, PRODUCT, SALES, SHARED, USE
from psycopg.rows import TupleRow
from servers import Postgres
from storage import in_store

from pgtoll.store.seats import Seat
from pgtoll.store.store import Store
from pgtoll_policy.documents import Document
from pgtoll_policy.policy import Policy, compile_policy

pytestmark = pytest.mark.live

PERIODS = (
    "SELECT p.code, lower(c.during), upper(c.during), c.server, c.seats, c.reason"
    " FROM pgtoll.coverage c JOIN pgtoll.product p ON p.id = c.product ORDER BY 1, c.during"
)


def policy_of(*documents: Document) -> Policy:
    return compile_policy(documents, [])


def rows(database: Postgres, sql: str) -> list[TupleRow]:
    with database.connect() as session:
        return session.execute(sql.encode()).fetchall()


def test_codes_are_known_with_the_products_that_control_them(store_database: Postgres) -> None:
    codes = (
        "SELECT o.code, p.code FROM pgtoll.operation o JOIN pgtoll.product p ON p.id = o.product"
        " ORDER BY 1, 2"
    )

    async def story(store: Store) -> None:
        await store.publish(policy_of(PRODUCT, SALES))
        assert rows(store_database, codes) == [
            (PART, "marketing"), (USE, "marketing"), (SHARED, "a-sales"), (SHARED, "marketing"),
        ]  # fmt: skip
        await store.publish(policy_of(MARKETING))
        assert rows(store_database, codes) == [(USE, "marketing")]

    in_store(store_database, story)


def test_what_licenses_give_is_known_over_all_time(store_database: Postgres) -> None:
    until = datetime(2026, 2, 1, tzinfo=UTC)

    async def story(store: Store) -> None:
        expired = replace(EXPIRED, id="9" * 32)
        await store.publish(policy_of(MARKETING, expired, PERSONAL))
        assert rows(store_database, PERIODS) == [
            ("marketing", None, STARTS, False, 0, "license is not valid before 2026-01-01"),
            ("marketing", STARTS, until, True, 0, "server license until 2026-01-31"),
            ("marketing", until, DUE, False, 2, "personal license until 2026-12-31"),
            ("marketing", DUE, None, False, 0, "license expired on 2026-12-31"),
        ]
        await store.publish(policy_of(MARKETING, SALES, SERVER, OF_SALES, REVOCATION))
        assert rows(store_database, PERIODS)[-1:] == [
            ("marketing", None, None, False, 0, "license was revoked"),
        ]
        await store.publish(policy_of(MARKETING))
        assert rows(store_database, PERIODS) == []

    in_store(store_database, story)


def test_nothing_is_written_when_nothing_has_changed(store_database: Postgres) -> None:
    written = (
        "SELECT tableoid::regclass::text, ctid::text, xmin::text FROM pgtoll.coverage"
        " UNION ALL SELECT tableoid::regclass::text, ctid::text, xmin::text FROM pgtoll.operation"
    )

    async def story(store: Store) -> None:
        await store.publish(policy_of(PRODUCT, SALES, PERSONAL, OF_SALES), ["app"])
        before = rows(store_database, written)
        await store.publish(policy_of(PRODUCT, SALES, PERSONAL, OF_SALES), ["app"])
        assert rows(store_database, written) == before

    in_store(store_database, story)


def test_impersonators_stay_unless_others_are_given(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        for given, known in (
            (["app", "App"], ["App", "app"]),
            (None, ["App", "app"]),
            (["web"], ["web"]),
            ([], []),
        ):
            await store.publish(policy_of(MARKETING), given)
            sql = "SELECT rolename FROM pgtoll.impersonator ORDER BY 1"
            assert [name for (name,) in rows(store_database, sql)] == known

    in_store(store_database, story)


def test_a_database_that_is_only_served_has_the_seats_of_the_store(
    store_database: Postgres,
) -> None:
    async def story(store: Store) -> None:
        kept = [Seat("marketing", "alice", STARTS, "dana"), Seat("sales", "bob", DUE, "dana")]
        await store.copy_seats(kept)
        assert await store.seats() == kept
        fewer = [replace(kept[0], granted_at=DUE)]
        await store.copy_seats(fewer)
        assert await store.seats() == fewer

    in_store(store_database, story)

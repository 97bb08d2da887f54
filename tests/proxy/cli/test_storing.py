"""Work with the store, and the time that it is judged by."""

from datetime import UTC, datetime, timedelta

import pytest
from calls import Shop
from psycopg.conninfo import make_conninfo

from pgtoll.cli.storing import present, with_policy, with_store
from pgtoll.config import Config, load_config
from pgtoll.errors import StoreError
from pgtoll.store.store import Store

pytestmark = pytest.mark.live
AHEAD = datetime(2150, 1, 1, tzinfo=UTC)


def settings(shop: Shop, **connection: str) -> Config:
    dsn = make_conninfo(shop.database.dsn, **connection)
    return load_config(environment=shop.environment | {"PGTOLL_SERVER": dsn})


async def seen(store: Store) -> datetime:
    return await store.tick(AHEAD)


def test_the_work_is_done_and_its_result_returned(shop: Shop) -> None:
    assert with_store(settings(shop), lambda store: store.seats()) == []


def test_a_store_that_is_not_there_is_a_store_error(shop: Shop) -> None:
    with pytest.raises(StoreError, match="cannot connect"):
        with_store(settings(shop, dbname="absent"), lambda store: store.seats())


def test_time_never_goes_behind_what_a_proxy_has_seen(shop: Shop) -> None:
    with_store(settings(shop), seen)
    assert with_store(settings(shop), present) >= AHEAD


def test_who_may_not_write_the_mark_sees_this_machines_time(shop: Shop) -> None:
    role = f"frank_{shop.database.dbname}"
    shop.database.execute(f"CREATE ROLE {role} LOGIN IN ROLE pgtoll_manager")
    try:
        now = with_store(settings(shop, user=role), present)
    finally:
        shop.database.execute(f"DROP ROLE {role}")
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=5)


def test_the_policy_comes_with_the_time_to_judge_by(shop: Shop) -> None:
    shop.done("license", "upload", shop.product())
    with_store(settings(shop), seen)
    policy, now = with_policy(settings(shop))
    assert "marketing" in policy.products
    assert now >= AHEAD

"""A judging uses what a proxy uses: the store's policy, the pins it would add, the same gate."""

import asyncio

import pytest
from calls import Shop

from pgtoll.cli.judging import judge
from pgtoll.config import load_config
from pgtoll.office.judging import Judging, RelationLine
from pgtoll.store.store import Store

pytestmark = pytest.mark.live


def judged(shop: Shop, sql: str, user: str = "bob") -> Judging:
    async def run() -> Judging:
        store = await Store.connect(shop.database.dsn)
        try:
            return await judge(store, load_config(environment=shop.environment), sql, user)
        finally:
            await store.close()

    return asyncio.run(run())


def test_statements_keep_their_order_and_their_text(shop: Shop) -> None:
    lines = judged(shop, "SELECT 'ä' ; INSERT INTO contact VALUES ('ö')").statements
    assert [line.sql.strip() for line in lines] == [
        "SELECT 'ä'",
        "INSERT INTO contact VALUES ('ö')",
    ]
    assert [line.verdict for line in lines] == ["allow", "cap"]
    assert lines[1].relations == (RelationLine("public", "contact", ("base",)),)


def test_a_name_that_nobody_has_pinned_yet_is_licensed(shop: Shop) -> None:
    shop.done("license", "upload", shop.product(), shop.license("m", "marketing", "--seats", 1))
    shop.database.execute("CREATE TABLE child () INHERITS (mrktinvoice)")
    for table in ("mrktinvoice", "child"):
        found = judged(shop, f"SELECT * FROM {table}")
        assert not found.allowed
        assert found.statements[0].product == "marketing"


def test_half_a_character_is_judged_and_not_a_crash(shop: Shop) -> None:
    assert not judged(shop, "SELECT '\ud800'").allowed
    shop.done("license", "upload", shop.license("b", "base"))
    assert judged(shop, "SELECT '\ud800'").allowed

"""What the licenses make of each product, in one clause."""

import asyncio

import pytest
from calls import Shop

from pgtoll.cli.license_list import Holdings, read_holdings
from pgtoll.config import load_config
from pgtoll.store.store import Store

pytestmark = pytest.mark.live


def holdings(shop: Shop) -> Holdings:
    async def read() -> Holdings:
        store = await Store.connect(shop.database.dsn)
        try:
            return await read_holdings(store, load_config(environment=shop.environment))
        finally:
            await store.close()

    return asyncio.run(read())


def states(shop: Shop) -> dict[str, str]:
    return {line.product: line.state for line in holdings(shop).products}


def test_each_state_of_a_product_is_told(shop: Shop) -> None:
    cap = ("--cap", 50)
    base = shop.vendor / "base.product"
    key = ("--key", shop.vendor / "vendor.key", "--out", base)
    shop.done("vendor", "product", "--code", "base", "--title", "CRM", *cap, *key)
    shop.done("license", "upload", base, shop.product())
    demo = "demo mode: each table takes up to 50 rows"
    assert states(shop) == {"base": demo, "marketing": demo}

    old = shop.license("old", "marketing", "--seats", 1, "--starts", "2024-01-01")
    shop.done("license", "upload", shop.license("b", "base"), old)
    found = states(shop)
    assert found["base"].startswith("server license until ")
    assert found["marketing"] == "license expired on 2024-12-30"

    shop.done("license", "upload", shop.license("new", "marketing", "--seats", 1))
    assert states(shop)["marketing"] == "personal license: for users with a seat"


def test_a_license_of_an_untrusted_product_controls_nothing(shop: Shop) -> None:
    shop.done("license", "upload", shop.product(), shop.license("m", "marketing"))
    shop.database.execute("DELETE FROM pgtoll.document WHERE kind = 'product'")
    (line,) = holdings(shop).licenses
    assert not line.in_force
    assert line.state == "product marketing is not known here: upload its product file"

"""`pgtoll operation has` tells who may use an operation; its status says it to scripts."""

import pytest
from calls import Shop, call, failed

pytestmark = pytest.mark.live


@pytest.fixture
def market(shop: Shop) -> Shop:
    """A shop where alice has the one seat of marketing."""
    product = shop.product("marketing", "Mrkt", "--operation", "MrktApp.Use=Use marketing")
    shop.done("license", "upload", product, shop.license("m", "marketing", "--seats", 1))
    shop.done("seats", "grant", "marketing", "alice")
    return shop


def test_who_has_a_seat_may(market: Shop) -> None:
    printed = market.done("operation", "has", "MrktApp.Use", "--user", "alice")
    start = 'allowed: operation "MrktApp.Use" of product "marketing" for user "alice": personal'
    assert printed.startswith(start)
    assert printed.count("\n") == 1


def test_who_has_none_may_not(market: Shop) -> None:
    result = call("operation", "has", "MrktApp.Use", "--user", "bob", **market.environment)
    assert (result.exit_code, result.stderr) == (3, "")
    assert result.stdout == (
        'refused: no license for operation "MrktApp.Use" of product "marketing" for user "bob": '
        "user has no seat of the personal license\n"
    )


def test_programs_get_every_field(market: Shop) -> None:
    found = market.json("operation", "has", "MrktApp.Use", "--user", "alice")
    assert (found["allowed"], found["product"], found["user"]) == (True, "marketing", "alice")
    command = ("operation", "has", "MrktApp.Use", "--user", "bob", "--json")
    result = call(*command, **market.environment)
    assert result.exit_code == 3
    assert '"allowed": false' in result.stdout
    assert "pgtoll seats grant marketing bob" in result.stdout


def test_a_code_that_no_product_names_is_refused(market: Shop) -> None:
    result = call("operation", "has", "MrktApp.Uze", "--user", "alice", **market.environment)
    assert result.exit_code == 3
    assert result.stdout.startswith('refused: no product has operation "MrktApp.Uze"')


def test_everybody_may_in_demo_mode(market: Shop) -> None:
    market.done("license", "delete", "--product", "marketing")
    printed = market.done("operation", "has", "MrktApp.Use", "--user", "bob")
    assert printed.endswith("no license was uploaded\n")


def test_the_user_must_be_named() -> None:
    assert "missing option '--user'" in failed(2, "operation", "has", "MrktApp.Use")

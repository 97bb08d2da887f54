"""What a store has lost is shown, with a status of its own, and accepted by who owns it."""

import pytest
from calls import Shop, call

pytestmark = pytest.mark.live


@pytest.fixture
def put_back(shop: Shop) -> Shop:
    """A shop whose store has lost a change that some proxy has gone by."""
    shop.database.execute(
        "INSERT INTO pgtoll.policy_lost (mark, number) VALUES (gen_random_uuid(), 4711)"
    )
    return shop


def test_a_store_that_has_lost_nothing_is_sound(shop: Shop) -> None:
    assert "lost changes  0" in shop.done("store", "show")
    found = shop.json("store", "show")
    assert found["lost"] == []
    assert found["newest"]["number"] > 0
    assert shop.done("store", "accept") == "no change is lost\n"


def test_what_is_lost_is_shown_until_it_is_accepted(put_back: Shop) -> None:
    shown = call("store", "show", "--server", put_back.database.dsn)
    assert shown.exit_code == 3
    assert "4711" in shown.stdout
    assert "pgtoll store accept" in shown.stdout
    assert put_back.done("store", "accept") == "change 4711 is lost for good\n"
    assert "lost changes  0" in put_back.done("store", "show")

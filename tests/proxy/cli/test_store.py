"""What a store has lost is shown, with a status of its own, and accepted by who owns it."""

import json

import pytest
from calls import Shop, call, failed
from psycopg.conninfo import make_conninfo

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
    assert found["setbacks"] == []
    assert "no change is lost" in shop.done("store", "accept")


def test_what_is_lost_is_shown_until_it_is_accepted(put_back: Shop) -> None:
    shown = call("store", "show", "--server", put_back.database.dsn)
    assert shown.exit_code == 3
    assert "4711" in shown.stdout
    assert "pgtoll store accept" in shown.stdout
    assert put_back.done("store", "accept") == "change 4711 is lost for good\n"
    assert "lost changes  0" in put_back.done("store", "show")


TAKEN_BACK = "INSERT INTO pgtoll.setback (how, reason) VALUES ('restored', 'it was restored\x1b')"


def test_however_it_was_noticed_it_is_shown_and_accepted_in_one_place(put_back: Shop) -> None:
    put_back.database.execute(TAKEN_BACK)
    shown = call("store", "show", "--server", put_back.database.dsn)
    assert shown.exit_code == 3
    for words in ("4711", "it was restored\\x1b", "pgtoll import FILE --newer"):
        assert words in shown.stdout
    told = call("store", "show", "--json", "--server", put_back.database.dsn)
    assert told.exit_code == 3
    assert [one["how"] for one in json.loads(told.stdout)["setbacks"]] == ["restored"]
    printed = put_back.done("store", "accept")
    assert printed == (
        "change 4711 is lost for good\nthe store is taken as it is: 1 report settled\n"
    )
    assert call("store", "show", "--server", put_back.database.dsn).exit_code == 0
    assert "nothing was reported" in put_back.done("store", "accept")


def test_only_the_owner_accepts(put_back: Shop) -> None:
    role = f"dana_{put_back.database.dbname}"
    put_back.database.execute(f"CREATE ROLE {role} LOGIN IN ROLE pgtoll_manager")
    try:
        dsn = make_conninfo(put_back.database.dsn, user=role)
        assert call("store", "show", "--server", dsn).exit_code == 3
        assert "the owner of schema pgtoll" in failed(2, "store", "accept", "--server", dsn)
    finally:
        put_back.database.execute(f"DROP ROLE {role}")

"""`license request` writes what a vendor needs to answer it."""

from pathlib import Path

import pytest
from calls import Shop, failed
from psycopg.conninfo import make_conninfo

from pgtoll_policy.request import Request, Want, parse_request

pytestmark = pytest.mark.live


def asked(shop: Shop, *more: object, customer: str = "acme") -> Request:
    out = shop.vendor / "r.tlr"
    what = ("--customer", customer, "--version", "8.1", "--out", out)
    shop.done("license", "request", *what, *more)
    return parse_request(out.read_bytes())


def test_a_request_says_what_is_wanted_and_what_is_in_use(shop: Shop) -> None:
    files = (shop.product(), shop.license("m", "marketing", "--seats", 3, "--serial", 2))
    shop.done("license", "upload", *files)
    shop.done("seats", "grant", "marketing", "alice", "bob")
    request = asked(shop, "--want", "marketing=7", "--want", "base")
    assert request.wants == (Want("marketing", 7), Want("base", None))
    assert (request.customer, request.version) == ("acme", "8.1")
    with shop.database.connect() as connection:
        row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    assert row is not None
    assert request.instance == str(row[0])
    base, marketing = request.products
    assert (base.product, base.licenses) == ("base", ())
    assert (marketing.bought, marketing.taken) == (3, 2)
    (license,) = marketing.licenses
    assert (license.serial, license.seats, license.state) == (2, 3, "in force")
    assert request.serial_after(request.wants[0]) == 3


def test_it_says_what_the_reader_must_know(shop: Shop) -> None:
    out = shop.vendor / "r.tlr"
    what = ("--customer", "acme", "--version", "8", "--want", "sales=2", "--want", "base")
    printed = shop.done("license", "request", *what, "--out", out)
    assert f"request for sales (2 seats), base (server license) written: {out}" in printed
    assert "product sales is not known here" in printed
    assert "it is not signed" in printed


def test_a_request_may_be_written_again_but_nothing_else_replaced(shop: Shop) -> None:
    assert asked(shop, "--want", "base").wants == (Want("base", None),)
    assert asked(shop, "--want", "base=2").wants == (Want("base", 2),)
    what = ("license", "request", "--customer", "acme", "--version", "8", "--want", "base")
    key = shop.vendor / "vendor.pub"
    before = key.read_bytes()
    assert "exists already" in shop.failed(2, *what, "--out", key)
    assert key.read_bytes() == before


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (("--want", "base=x"), "--want: expected CODE=N or CODE, found 'base=x'"),
        (("--want", "=3"), "--want: expected CODE=N or CODE"),
        (("--want", "base="), "--want: expected CODE=N or CODE"),
        (("--want", "base=0"), "seats must be from 1"),
        (("--want", "a b"), "product must be"),
        (("--want", "base", "--want", "base=2"), "wants has 'base' twice"),
        (("--want", "base", "--version", "new"), "version must be numbers joined by dots"),
        (("--want", "base", "--customer", " "), "customer has control characters or blanks"),
        ((), "--want"),
    ],
)
def test_a_wrong_request_is_one_line_and_no_file(
    what: tuple[str, ...], words: str, shop: Shop
) -> None:
    out = shop.vendor / "r.tlr"
    usual = ("--customer", "acme", "--version", "8", "--out", out)
    assert words in shop.failed(2, "license", "request", *usual, *what)
    assert not out.exists()


def test_who_asks_must_be_known(shop: Shop, tmp_path: Path) -> None:
    what = ("license", "request", "--version", "8", "--want", "base", "--out", tmp_path / "r.tlr")
    assert "customer is not set" in shop.failed(2, *what)
    assert "server is not set" in failed(2, *what)


def test_a_manager_may_ask_and_nobody_else(shop: Shop) -> None:
    manager, user = (f"{name}_{shop.database.dbname}" for name in ("dana", "eve"))
    shop.database.execute(
        f"CREATE ROLE {manager} LOGIN IN ROLE pgtoll_manager; CREATE ROLE {user} LOGIN"
    )
    try:
        dsn = make_conninfo(shop.database.dsn, user=manager)
        assert asked(shop, "--want", "base", "--server", dsn).instance
        other = ("--server", make_conninfo(shop.database.dsn, user=user), "--want", "base")
        usual = ("--customer", "acme", "--version", "8", "--out", shop.vendor / "x.tlr")
        assert "permission denied" in shop.failed(2, "license", "request", *usual, *other)
    finally:
        shop.database.execute(f"DROP ROLE {manager}; DROP ROLE {user}")

"""`pgtoll lint` finds what deserves a look in a real database, and its status says whether any."""

import json
import secrets

import pytest
from calls import Shop, call, done, failed

pytestmark = pytest.mark.live

FUNCTIONS = """
    CREATE FUNCTION public.dynamic(t text) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE n bigint;
    BEGIN EXECUTE 'SELECT count(*) FROM ' || t INTO n; RETURN n; END $$;
    CREATE FUNCTION public.plain() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM contact'
"""


def found(shop: Shop, *arguments: object) -> dict[str, str]:
    result = call("lint", "--json", *arguments, **shop.environment)
    findings = json.loads(result.stdout)["findings"]
    assert result.exit_code == (3 if findings else 0), result.output
    return {one["check"]: one["what"] for one in findings}


def test_a_sound_database_has_nothing(shop: Shop) -> None:
    shop.done("license", "upload", shop.product(), shop.license("1", "marketing"))
    assert shop.done("lint") == "nothing was found\n"
    assert found(shop) == {}


def test_everything_that_is_wrong_is_found_and_mended(shop: Shop) -> None:
    ghost, here = f"ghost_{secrets.token_hex(3)}", f"here_{secrets.token_hex(3)}"
    shop.database.execute(f"CREATE ROLE {here} LOGIN")
    try:
        shop.done("license", "upload", shop.product("stock", "Stck"))
        soon = ("--seats", 3, "--days", 20)
        shop.done("license", "upload", shop.product(), shop.license("1", "marketing", *soon))
        shop.done("seats", "grant", "marketing", ghost, here)
        shop.database.execute(FUNCTIONS)
        shop.database.execute(
            "INSERT INTO contact SELECT 'x' FROM generate_series(1, 900);"
            "UPDATE pgtoll.seat SET granted_at = now() - interval '200 days';"
            "UPDATE pgtoll.migration SET applied_at = now() - interval '120 days'"
            " WHERE name = 'days';"
            f"INSERT INTO pgtoll.seen VALUES ('{here}', current_date - 100);"
            "INSERT INTO pgtoll.document (kind, code, product, serial, file)"
            " VALUES ('license', 'forged', 'stock', 1, 'x')"
        )
        told = found(shop)
        assert told.keys() == {
            "license-expires",
            "file-unverified",
            "table-near-cap",
            "seat-of-nobody",
            "seat-idle",
            "seat-spare",
            "name-without-table",
            "function-opaque",
        }
        assert ghost in told["seat-of-nobody"]
        assert here not in told["seat-of-nobody"]
        assert "2 of 2 granted seats" in told["seat-idle"]
        assert f"{ghost} (never)" in told["seat-idle"]
        assert told["table-near-cap"].endswith("has 900 of 1,000 rows")
        assert told["function-opaque"].startswith("function public.dynamic is not read: ")
        mended = ("--idle-days", 121, "--expires-days", 5, "--cap-percent", 95)
        trusted = ("--trusted-functions", "public.dynamic", "--impersonators", "app")
        rest = found(shop, *mended, *trusted, "--ignore", "file-unverified")
        assert rest.keys() == {"seat-spare", "name-without-table"}
        text = call("lint", **shop.environment)
        assert text.exit_code == 3
        assert "Seats that nobody uses  [seat-idle]" in text.stdout
    finally:
        shop.database.execute(f"DROP ROLE {here}")


def test_what_is_wrong_with_the_call_is_one_line(shop: Shop) -> None:
    assert "server is not set" in failed(2, "lint")
    assert "no check is called nonsense" in shop.failed(2, "lint", "--ignore", "nonsense")
    assert "--idle-days" in shop.failed(2, "lint", "--idle-days", "0")


def test_its_help_has_an_example() -> None:
    assert "pgtoll lint --server" in done("lint", "--help")

"""`pgtoll check` says what a proxy would do, and its status says whether it would let it pass."""

import pytest
from calls import Shop, call, failed

pytestmark = pytest.mark.live


@pytest.fixture
def market(shop: Shop) -> Shop:
    """A shop where base is licensed to all, and marketing to alice."""
    files = [shop.product(), shop.license("m", "marketing", "--seats", 2)]
    shop.done("license", "upload", *files, shop.license("b", "base"))
    shop.done("seats", "grant", "marketing", "alice")
    return shop


def test_who_has_a_seat_may(market: Shop) -> None:
    found = market.json("check", "SELECT * FROM MrktInvoice", "--user", "alice")
    (statement,) = found["statements"]
    assert (found["allowed"], statement["verdict"]) == (True, "allow")
    assert statement["why"] == "the user lacks no product, and none is in demo mode"
    relations = [{"schema": "public", "name": "mrktinvoice", "products": ["marketing"]}]
    assert statement["relations"] == relations


def test_who_has_none_is_refused_with_the_reason(market: Shop) -> None:
    result = call("check", "SELECT * FROM MrktInvoice", "--user", "bob", **market.environment)
    assert result.exit_code == 3
    assert result.stderr == ""
    for words in (
        'no license for table "mrktinvoice" of product "marketing" for user "bob"',
        "user has no seat of the personal license",
        "pgtoll seats grant marketing bob",
        "42501",
        "public.mrktinvoice (marketing)",
    ):
        assert words in result.stdout


def test_one_refused_statement_refuses_the_text(market: Shop) -> None:
    text = "SELECT * FROM contact; SELECT * FROM mrktinvoice"
    result = call("check", text, "--user", "bob", **market.environment)
    assert result.exit_code == 3
    verdicts = [line.split()[1] for line in result.stdout.splitlines() if "verdict" in line]
    assert verdicts == ["allow", "refuse"]


def test_what_is_proven_harmless_passes(market: Shop) -> None:
    (statement,) = market.json("check", "SELECT name FROM contact", "--user", "bob")["statements"]
    assert (statement["verdict"], statement["rule"]) == ("allow", "proven")


def test_what_cannot_be_read_is_watched(market: Shop) -> None:
    text = "DO $$ BEGIN EXECUTE 'SELECT 1'; END $$"
    (statement,) = market.json("check", text, "--user", "bob")["statements"]
    assert statement["verdict"] == "watch"
    assert statement["why"].startswith("its replies wait until")


def test_demo_mode_counts_rows(shop: Shop) -> None:
    found = shop.json("check", "INSERT INTO contact VALUES ('x')", "--user", "bob")
    (statement,) = found["statements"]
    assert (found["allowed"], statement["verdict"]) == (True, "cap")
    assert "takes up to 1000" in statement["why"]


def test_a_materialized_view_stands_for_its_tables(market: Shop) -> None:
    market.database.execute("CREATE MATERIALIZED VIEW copied AS SELECT * FROM mrktinvoice")
    result = call("check", "SELECT * FROM copied", "--user", "bob", **market.environment)
    assert result.exit_code == 3


def test_a_text_that_is_no_sql_is_refused_to_who_lacks_something(market: Shop) -> None:
    result = call("check", "SELEKT 1", "--user", "bob", **market.environment)
    assert result.exit_code == 3
    assert "cannot be judged" in result.stdout


@pytest.mark.parametrize("text", ["", "  ;; ", "/* nothing */"])
def test_a_text_without_a_statement_is_wrong_usage(text: str, market: Shop) -> None:
    assert "no statement in the text" in market.failed(2, "check", text, "--user", "bob")


def test_the_user_must_be_named() -> None:
    assert "missing option '--user'" in failed(2, "check", "SELECT 1")


def test_a_function_may_be_trusted(market: Shop) -> None:
    body = "BEGIN EXECUTE 'SELECT 1'; END"
    market.database.execute(f"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $${body}$$")
    before = market.json("check", "SELECT f()", "--user", "bob")["statements"]
    options = ("--trusted-functions", "public.f")
    after = market.json("check", "SELECT f()", "--user", "bob", *options)["statements"]
    assert (before[0]["verdict"], after[0]["verdict"]) == ("watch", "allow")


def test_code_that_is_not_read_may_be_kept_from_running(market: Shop) -> None:
    body = "BEGIN EXECUTE 'SELECT 1'; END"
    market.database.execute(f"CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $${body}$$")
    options = ("--user", "bob", "--unread", "refuse")
    result = call("check", "SELECT g()", *options, **market.environment)
    assert result.exit_code == 3
    for words in ("42501", "unread", "code that is not read does not run", "public.g"):
        assert words in result.stdout

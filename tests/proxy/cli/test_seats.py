"""Granting and revoking seats: never more than were bought, all of those named or none."""

import pytest
from calls import Shop, failed

pytestmark = pytest.mark.live


@pytest.fixture
def market(shop: Shop) -> Shop:
    """A shop with a personal license of two seats."""
    shop.done("license", "upload", shop.product(), shop.license("m", "marketing", "--seats", 2))
    return shop


def test_a_seat_is_granted_and_listed(market: Shop) -> None:
    printed = market.done("seats", "grant", "marketing", market.database.user)
    assert printed == f"{market.database.user} has a seat of product marketing\n"
    (line,) = market.json("seats", "list")
    assert (line["product"], line["user"]) == ("marketing", market.database.user)
    assert line["granted_by"] == market.database.user
    assert line["licensed"] is True
    assert line["state"].startswith("personal license until ")
    assert "marketing: 1 of 2 seats granted" in market.done("seats", "list", "marketing")


def test_a_name_that_cannot_log_in_is_told_as_such(market: Shop) -> None:
    printed = market.done("seats", "grant", "marketing", "nobody_here")
    assert "nobody_here has a seat of product marketing: no login role" in printed


def test_granting_again_changes_nothing(market: Shop) -> None:
    market.done("seats", "grant", "marketing", "alice", "bob")
    assert "alice has a seat of product marketing already" in market.done(
        "seats", "grant", "marketing", "alice"
    )


def test_more_than_were_bought_is_refused_for_all_of_them(market: Shop) -> None:
    message = market.failed(2, "seats", "grant", "marketing", "alice", "bob", "carol")
    assert message == "product marketing has 2 seats and 0 are taken: cannot grant 3 more"
    assert market.json("seats", "list") == []


def test_a_revoked_seat_is_free_for_another(market: Shop) -> None:
    market.done("seats", "grant", "marketing", "alice", "bob")
    printed = market.done("seats", "revoke", "marketing", "alice")
    assert printed == "alice has no seat of product marketing any more\n"
    market.done("seats", "grant", "marketing", "carol")
    assert [line["user"] for line in market.json("seats", "list")] == ["bob", "carol"]


def test_revoking_a_seat_that_nobody_has_takes_no_other(market: Shop) -> None:
    market.done("seats", "grant", "marketing", "alice")
    message = market.failed(2, "seats", "revoke", "marketing", "alice", "bob")
    assert "granted to bob" in message
    assert len(market.json("seats", "list")) == 1


@pytest.mark.parametrize(
    ("product", "words"),
    [("sales", "product sales is not known"), ("base", "in demo mode nobody needs a seat")],
)
def test_a_product_without_seats_has_none_to_grant(product: str, words: str, market: Shop) -> None:
    assert words in market.failed(2, "seats", "grant", product, "alice")


def test_a_list_of_an_unknown_product_is_a_wrong_name(market: Shop) -> None:
    assert "product sales is not known here" in market.failed(2, "seats", "list", "sales")


@pytest.mark.parametrize("command", ["grant marketing", "grant", "revoke marketing"])
def test_a_user_must_be_named(command: str) -> None:
    assert "missing argument" in failed(2, "seats", *command.split())


def test_a_smaller_license_says_whose_seats_are_lost(shop: Shop) -> None:
    files = (shop.product(), shop.license("m", "marketing", "--seats", 3))
    shop.done("license", "upload", *files)
    for user in ("zoe", "bob", "carol"):
        shop.done("seats", "grant", "marketing", user)
    less = shop.license("less", "marketing", "--seats", 1, "--serial", 2)
    first, *lost = shop.done("license", "upload", less).splitlines()
    assert "personal license" in first
    reason = "user's seat is beyond the 1 that were bought"
    assert lost == [
        f"{less}: {user} lost the seat of product marketing: {reason}" for user in ("bob", "carol")
    ]
    assert [line["user"] for line in shop.json("seats", "list") if line["licensed"]] == ["zoe"]
    printed = shop.done("seats", "list", "marketing")
    assert "marketing: 3 of 1 seat granted, beyond those bought: bob, carol" in printed
    shop.done("seats", "revoke", "marketing", "zoe")
    assert [line["user"] for line in shop.json("seats", "list") if line["licensed"]] == ["bob"]


def test_another_license_adds_its_seats(shop: Shop) -> None:
    shop.done("license", "upload", shop.product(), shop.license("m", "marketing", "--seats", 1))
    shop.done("license", "upload", shop.license("more", "marketing", "--seats", 2))
    shop.done("seats", "grant", "marketing", "alice", "bob", "carol")
    assert "marketing: 3 of 3 seats granted\n" in shop.done("seats", "list", "marketing")


def test_with_impersonators_an_unknown_name_is_one_that_applications_use(shop: Shop) -> None:
    shop.done("license", "upload", shop.product(), shop.license("m", "marketing", "--seats", 1))
    config = shop.vendor / "pgtoll.toml"
    config.write_text('impersonators = ["app"]\n')
    printed = shop.done("seats", "grant", "marketing", "alice@shop", "--config", config)
    assert "no login role, so a name that the applications of impersonators must use" in printed

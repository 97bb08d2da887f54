"""The list of seats says of each what it is good for."""

import pytest
from calls import Shop

pytestmark = pytest.mark.live


def test_nothing_granted_and_nothing_bought(shop: Shop) -> None:
    assert shop.done("seats", "list") == "No seat is granted, and none was bought.\n"
    assert shop.json("seats", "list") == []


def test_a_seat_beyond_a_smaller_renewal_says_so(shop: Shop) -> None:
    two = shop.license("2", "marketing", "--seats", 2)
    shop.done("license", "upload", shop.product(), two)
    shop.done("seats", "grant", "marketing", "alice", "bob")
    one = shop.license("1", "marketing", "--seats", 1, "--serial", 2)
    shop.done("license", "upload", one)
    alice, bob = shop.json("seats", "list", "marketing")
    assert (alice["licensed"], bob["licensed"]) == (True, False)
    assert bob["state"] == "user's seat is beyond the 1 that were bought"
    assert "marketing: 2 of 1 seat granted" in shop.done("seats", "list")


def test_a_seat_of_an_expired_license_says_so(shop: Shop) -> None:
    same = ("--seats", 2)
    shop.done("license", "upload", shop.product(), shop.license("1", "marketing", *same))
    shop.done("seats", "grant", "marketing", "alice")
    old = shop.license("2", "marketing", *same, "--serial", 2, "--starts", "2024-01-01")
    shop.done("license", "upload", old)
    (line,) = shop.json("seats", "list")
    assert line["state"] == "license expired on 2024-12-30"

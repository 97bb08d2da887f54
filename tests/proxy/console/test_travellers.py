"""Who a request comes from, and whether it means us: forwarded words count from forwarders only."""

import pytest

from pgtoll.console.travellers import Traveller, is_own_host, networks, traveller

FORWARDERS = networks(["10.0.0.0/8", "192.0.2.1"])


def came(peer: str, *, secure: bool = False, **headers: str) -> Traveller:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return traveller(peer, secure=secure, headers=named, forwarders=FORWARDERS)


def test_a_stranger_s_headers_count_for_nothing() -> None:
    found = came("203.0.113.9", x_forwarded_for="127.0.0.1", x_forwarded_proto="https")
    assert found == Traveller("203.0.113.9", secure=False)


def test_a_forwarder_says_who_asked_and_that_it_was_encrypted() -> None:
    found = came("10.1.1.1", x_forwarded_for="203.0.113.9", x_forwarded_proto="https")
    assert found == Traveller("203.0.113.9", secure=True)


def test_what_the_sender_wrote_before_the_forwarder_is_hearsay() -> None:
    found = came("10.1.1.1", x_forwarded_for="127.0.0.1, 203.0.113.9, 192.0.2.1")
    assert found.address == "203.0.113.9"


def test_garbage_from_a_forwarder_is_still_one_sender() -> None:
    assert came("10.1.1.1", x_forwarded_for="nonsense").address == "nonsense"
    assert came("10.1.1.1", x_forwarded_for=" , ").address == "10.1.1.1"


def test_our_own_encryption_counts_without_anybody_s_word() -> None:
    assert came("203.0.113.9", secure=True).secure


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8432", "127.0.0.1:8432", "[::1]:8432", "10.9.8.7",
     "licenses.example.com", "Licenses.Example.com:443", "licenses.example.com."],
)  # fmt: skip
def test_addresses_and_listed_names_are_ours(host: str) -> None:
    assert is_own_host(host, ["licenses.example.com"])


@pytest.mark.parametrize("host", ["", " ", "evil.example", "localhost.evil.example", "[", ":8432"])
def test_other_names_may_be_pointed_at_us_and_are_not_ours(host: str) -> None:
    assert not is_own_host(host, ["licenses.example.com"])


def test_a_network_must_be_one() -> None:
    with pytest.raises(ValueError, match="not-a-network"):
        networks(["not-a-network"])

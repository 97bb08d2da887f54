"""Where clients are, and whom we believe when they say so for others."""

import asyncio

import pytest

from pgtoll.entrance.origins import LOCAL, Balancers, origin_of, shown_origin
from pgtoll.wire.forwarding import Origin


class Named(asyncio.BaseTransport):
    """A transport of which nothing but the other end's name is asked."""

    def __init__(self, name: object) -> None:
        super().__init__({"peername": name})


@pytest.mark.parametrize(
    ("name", "origin", "shown"),
    [
        (("10.0.0.7", 5123), Origin("10.0.0.7", 5123), "10.0.0.7:5123"),
        (("::1", 5123, 0, 0), Origin("::1", 5123), "[::1]:5123"),
        (("::ffff:10.0.0.7", 5123, 0, 0), Origin("10.0.0.7", 5123), "10.0.0.7:5123"),
        ("", LOCAL, ""),
        (None, LOCAL, ""),
    ],
)
def test_an_origin_is_the_other_end(name: object, origin: Origin, shown: str) -> None:
    assert origin_of(Named(name)) == origin
    assert shown_origin(origin) == shown


def test_load_balancers_are_known_by_their_networks() -> None:
    balancers = Balancers(["10.0.0.0/8", "::1", "192.168.1.7"])
    for known in ("10.1.2.3", "::1", "192.168.1.7"):
        assert balancers.include(Origin(known, 1))
    for other in ("11.0.0.1", "::2", "192.168.1.8", "fe80::1%eth0", ""):
        assert not balancers.include(Origin(other, 1))


def test_without_a_list_there_are_none() -> None:
    assert not Balancers().include(Origin("127.0.0.1", 1))

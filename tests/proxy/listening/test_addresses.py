"""The address of the proxy: who may listen on it."""

import socket

import pytest
from programs import ipv6

from pgtoll.config import Listen
from pgtoll.errors import ConfigError
from pgtoll.listening.addresses import bound, reserve, shown, spread, unusable

LOOPBACK = "127.0.0.1"
ANY = Listen(LOOPBACK, 0)


def address(sock: socket.socket) -> Listen:
    host, port = sock.getsockname()[:2]
    return Listen(host, port)


def refusal(listen: Listen, *, shared: bool = False) -> str:
    with pytest.raises(ConfigError) as caught:
        reserve(listen, shared=shared)
    return str(caught.value)


@pytest.mark.parametrize("shared", [False, True])
def test_port_0_is_a_port_that_nobody_has(shared: bool) -> None:
    with reserve(ANY, shared=shared) as one, reserve(ANY, shared=shared) as other:
        assert 0 != address(one).port != address(other).port != 0


@pytest.mark.parametrize("shared", [False, True])
def test_a_port_on_which_somebody_listens_is_refused(shared: bool) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = address(taken).port
        told = refusal(address(taken), shared=shared)
    assert told == (
        f"cannot listen on {LOOPBACK}:{port}: address already in use: choose another with --listen"
    )


@pytest.mark.parametrize("shared", [False, True])
def test_our_processes_share_a_port_and_a_second_program_does_not(shared: bool) -> None:
    with reserve(ANY, shared=True) as ours:
        host, port = ours.getsockname()
        with bound(host, port, shared=True) as one, bound(host, port, shared=True) as other:
            one.listen()
            other.listen()
            assert "address already in use" in refusal(address(ours), shared=shared)


def test_a_star_is_every_address_that_the_machine_has() -> None:
    one, *more = spread([Listen("*", 5432)])
    assert one == Listen("0.0.0.0", 5432)  # noqa: S104
    assert more in ([], [Listen("::", 5432)])
    assert list(spread([ANY, Listen("::1", 1)])) == [ANY, Listen("::1", 1)]


@ipv6
def test_ipv6_leaves_ipv4_alone() -> None:
    """As in PostgreSQL, where both may be listed with one port."""
    with (
        reserve(Listen("::", 0), shared=False) as one,
        reserve(Listen("0.0.0.0", address(one).port), shared=False) as other,  # noqa: S104
    ):
        one.listen()
        other.listen()


def test_of_two_that_start_at_once_one_may_listen() -> None:
    with reserve(ANY, shared=False) as one, reserve(address(one), shared=False) as other:
        one.listen()
        with pytest.raises(OSError, match="in use"):
            other.listen()


def test_nothing_is_taken_before_somebody_listens() -> None:
    with (
        reserve(ANY, shared=True) as ours,
        socket.socket() as client,
        pytest.raises(ConnectionRefusedError),
    ):
        client.connect(ours.getsockname())


def test_connections_of_before_do_not_keep_the_port() -> None:
    with reserve(ANY, shared=False) as before:
        before.listen()
        listen = address(before)
        with socket.create_connection((listen.host, listen.port)), before.accept()[0] as served:
            served.shutdown(socket.SHUT_RDWR)  # so that it is our side that lingers
    reserve(listen, shared=False).close()


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("192.0.2.1", id="not ours"),
        pytest.param("x" * 64 + ".example", id="no name of a host"),
    ],
)
def test_an_address_that_cannot_be_ours_is_refused_in_one_line(host: str) -> None:
    told = refusal(Listen(host, 6432))
    assert told.startswith(f"cannot listen on {host}:6432: ")
    assert told.endswith(": choose another with --listen")
    assert "\n" not in told


def test_a_client_that_vanished_is_noticed_some_day() -> None:
    with reserve(ANY, shared=False) as ours:
        ours.listen()
        with socket.create_connection(ours.getsockname()), ours.accept()[0] as served:
            assert served.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_an_ipv6_address_is_shown_in_brackets() -> None:
    assert shown("::1", 6432) == "[::1]:6432"
    assert shown("localhost", 6432) == "localhost:6432"


def test_a_reason_is_one_clause() -> None:
    told = unusable("[::1]:1", OSError(13, "Permission denied"))
    assert str(told) == "cannot listen on [::1]:1: permission denied: choose another with --listen"

"""A session as the console lists it."""

import os
from types import SimpleNamespace
from typing import Any, cast

from pgtoll.admin.sessions import session_lines
from pgtoll.caller import Caller
from pgtoll.relay import Link


def transport(**known: object) -> Any:
    """A socket that knows some things."""
    return SimpleNamespace(get_extra_info=known.get)


def session(client: Any, server: Any) -> Link:
    found = SimpleNamespace(
        caller=Caller("app", "shop", "10.0.0.7:5123", "story"),
        judge=SimpleNamespace(user="alice"),
        session=SimpleNamespace(pid=4711, state="idle"),
        since=100.0,
        client=SimpleNamespace(transport=client, taken=10),
        server=SimpleNamespace(transport=server, taken=20),
    )
    return cast(Link, found)


def test_a_session_is_told_whole() -> None:
    tls = SimpleNamespace(version=lambda: "TLSv1.3")
    clear = transport(peername=("127.0.0.1", 5432))
    (line,) = session_lines([session(transport(ssl_object=tls), clear)], now=103.5)
    assert (line.worker, line.pid, line.role, line.license_user) == (
        os.getpid(),
        4711,
        "app",
        "alice",
    )
    assert (line.tls, line.server_tls, line.host) == ("TLSv1.3", "", "127.0.0.1:5432")
    assert (line.connected, line.taken, line.given) == (3.5, 10, 20)


def test_a_unix_socket_has_no_address() -> None:
    (line,) = session_lines([session(transport(), transport(peername=""))], now=100.0)
    assert line.host == "unix"

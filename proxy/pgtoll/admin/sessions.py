"""Who is served by this process, as the console lists it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from pgtoll.admin.requests import SessionLine
from pgtoll.caller import address_of
from pgtoll.relay import Link


def session_lines(links: Iterable[Link], now: float) -> Iterator[SessionLine]:
    """Yield a line for each session; `now` is the loop's time."""
    for link in links:
        caller, server = link.caller, link.server.transport
        yield SessionLine(
            worker=os.getpid(),
            pid=link.session.pid,
            role=caller.role,
            license_user=link.judge.user,
            database=caller.database,
            application=caller.application,
            address=caller.address,
            state=link.session.state,
            tls=_tls(link.client.transport),
            connected=now - link.since,
            taken=link.client.taken,
            given=link.server.taken,
            host=address_of(server.get_extra_info("peername")) or "unix",
            server_tls=_tls(server),
        )


def _tls(transport: Any) -> str:
    """Return the version of TLS that a connection speaks."""
    secured = transport.get_extra_info("ssl_object")
    return str(secured.version() or "") if secured else ""

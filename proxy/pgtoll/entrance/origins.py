"""Where clients are: by their sockets, or as a load balancer says whom we believe."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from pgtoll.wire.forwarding import Origin

LOCAL = Origin("", 0)  # of a Unix socket


def origin_of(transport: asyncio.BaseTransport) -> Origin:
    """Return where the other end of a connection is; IPv4 in IPv6 is IPv4."""
    name = transport.get_extra_info("peername")
    if not isinstance(name, tuple) or len(name) < 2:
        return LOCAL
    return Origin(_plain(str(name[0])), int(name[1]))


def shown_origin(origin: Origin) -> str:
    """Return HOST:PORT; nothing for a Unix socket."""
    if not origin.address:
        return ""
    host = f"[{origin.address}]" if ":" in origin.address else origin.address
    return f"{host}:{origin.port}"


class Balancers:
    """The load balancers that must say for whom they connect, by their addresses."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = [ip_network(network, strict=False) for network in networks]

    def include(self, origin: Origin) -> bool:
        """Whether a connection from there must begin with a header. Unix sockets never do."""
        if not self._networks or not origin.address:
            return False
        address = ip_address(origin.address.partition("%")[0])
        return any(address in network for network in self._networks)


def _plain(host: str) -> str:
    mapped = host.removeprefix("::ffff:")
    return mapped if "." in mapped else host

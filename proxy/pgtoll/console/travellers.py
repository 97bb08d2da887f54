"""Where a request really comes from: behind proxies that terminate TLS, what they say of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

FOR = "x-forwarded-for"
PROTO = "x-forwarded-proto"


@dataclass(frozen=True, slots=True)
class Traveller:
    """One request's sender, and whether all of its way is encrypted as far as we can know."""

    address: str
    secure: bool


def traveller(
    peer: str, *, secure: bool, headers: Mapping[str, str], forwarders: Iterable[Network]
) -> Traveller:
    """Return who sent a request that came from `peer`.

    Headers count only from forwarders. Of the addresses that they passed on, the last that is not
    a forwarder's own is the sender's: everything before it is hearsay.
    """
    known = tuple(forwarders)
    if not _within(peer, known):
        return Traveller(peer, secure)
    passed = [each.strip() for each in headers.get(FOR, "").split(",") if each.strip()]
    sender = next((each for each in reversed(passed) if not _within(each, known)), peer)
    proto = headers.get(PROTO, "").rpartition(",")[2].strip().lower()
    return Traveller(sender, secure or proto == "https")


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return addresses and networks as such. Raises ValueError."""
    return tuple(ip_network(text, strict=False) for text in texts)


def is_own_host(host: str, hosts: Iterable[str]) -> bool:
    """Tell whether a Host header names us.

    A name that somebody points at our address (DNS rebinding) is not ours; an address cannot be
    pointed anywhere.
    """
    name = _without_port(host.strip().lower())
    return bool(name) and (
        _is_address(name) or name.rstrip(".") in {"localhost", *(one.lower() for one in hosts)}
    )


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _within(address: str, known: tuple[Network, ...]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in known)

"""What TLS says of a connection, on either side."""

import asyncio

from pgtoll.tls import SecureTransport


def encrypted(transport: asyncio.Transport) -> bool:
    """Whether it is a TLS connection."""
    return isinstance(transport, SecureTransport)


def end_point(transport: asyncio.Transport) -> bytes | None:
    """The hash of the server's certificate (RFC 5929, section 4), None where there is none."""
    return transport.end_point if isinstance(transport, SecureTransport) else None


def named(transport: asyncio.Transport) -> str | None:
    """The common name in the peer's verified certificate, None without one."""
    subject = transport.subject if isinstance(transport, SecureTransport) else None
    return subject.common_name or None if subject else None

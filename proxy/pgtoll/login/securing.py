"""What TLS says of a connection, on either side."""

import asyncio


def encrypted(transport: asyncio.Transport) -> bool:
    """Whether it is a TLS connection."""
    return hasattr(transport, "end_point")


def end_point(transport: asyncio.Transport) -> bytes | None:
    """The hash of the server's certificate (RFC 5929, section 4), None where there is none."""
    found = getattr(transport, "end_point", None)
    return found if isinstance(found, bytes) else None


def named(transport: asyncio.Transport) -> str | None:
    """The common name in the peer's verified certificate, None without one."""
    return getattr(getattr(transport, "subject", None), "common_name", None) or None

"""Messages as an attacker writes them by hand, and everything that comes back."""

import struct
from collections.abc import Sequence
from contextlib import suppress

from raw_client import RawClient

from pgtoll.wire.messages import close, message, query

__all__ = ["FLUSH", "SYNC", "TERMINATE", "ask", "bind", "close", "describe", "execute", "hear"]
__all__ += ["message", "parse", "query", "whole"]

SYNC, FLUSH, TERMINATE = (message(kind, b"") for kind in (b"S", b"H", b"X"))
AFTER_ERROR_SECONDS = 0.5


def parse(sql: bytes, name: bytes = b"", types: Sequence[int] = ()) -> bytes:
    """A Parse; `types` are OIDs of parameters."""
    oids = b"".join(struct.pack("!I", oid) for oid in types)
    return message(b"P", name + b"\0" + sql + b"\0" + struct.pack("!H", len(types)) + oids)


def bind(
    name: bytes = b"",
    portal: bytes = b"",
    values: Sequence[bytes] = (),
    *,
    binary: bool = False,
) -> bytes:
    """A Bind; with `binary` the values are, and the results will be, in binary."""
    formats = struct.pack("!HH", 1, binary)
    given = b"".join(struct.pack("!I", len(one)) + one for one in values)
    count = struct.pack("!H", len(values))
    return message(b"B", portal + b"\0" + name + b"\0" + formats + count + given + formats)


def describe(kind: bytes = b"P", name: bytes = b"") -> bytes:
    """A Describe of a portal (b"P") or a statement (b"S")."""
    return message(b"D", kind + name + b"\0")


def execute(portal: bytes = b"", rows: int = 0) -> bytes:
    """An Execute for so many rows; 0 is all."""
    return message(b"E", portal + b"\0" + struct.pack("!I", rows))


def whole(sql: bytes) -> bytes:
    """Parse, Bind and Execute of one statement; no Sync."""
    return parse(sql) + bind() + execute()


def ask(client: RawClient, *messages: bytes, rounds: int = 1) -> bytes:
    """Send messages at once; return what comes up to so many ReadyForQuerys."""
    with suppress(OSError):  # it was ended meanwhile: what it said last is still to be heard
        client.send(*messages)
    return hear(client, rounds=rounds)


def hear(client: RawClient, *, rounds: int = 1, last: bytes = b"Z") -> bytes:
    """Return what comes, up to so many messages of a type, silence, or the end.

    Behind an error silence comes soon if it is not ReadyForQuery that is waited for: until there
    is a Sync, nothing should follow.
    """
    heard = bytearray()
    with suppress(OSError):
        while rounds and (reply := client.reply()) is not None:
            heard += reply[1]
            rounds -= reply[0] == last
            if reply[0] == b"E" and last != b"Z":
                client.socket.settimeout(AFTER_ERROR_SECONDS)
    return bytes(heard)

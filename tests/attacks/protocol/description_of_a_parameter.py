"""Learns the type of a column from the description of a parameter."""

import struct

from attacks.frames import SYNC, ask, describe, parse
from attacks.talking import Server

WANTS = "read"
SHOWS = "numeric"


def attack(server: Server) -> bytes:
    with server.login() as client:
        prepared = parse(b"SELECT 1 FROM vlt_account WHERE amount = $1", b"s")
        heard = ask(client, prepared, describe(b"S", b"s"), SYNC)
        return b"numeric" if b"t" + struct.pack("!IHI", 10, 1, 1700) in heard else b""

"""Learns the columns of a table without binding a statement."""

from attacks.frames import SYNC, ask, describe, parse
from attacks.talking import Server

WANTS = "read"
SHOWS = "amount"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(client, parse(b"SELECT * FROM vlt_account", b"s"), describe(b"S", b"s"), SYNC)

"""Learns the columns of a table from the description of a statement."""

from attacks.frames import SYNC, ask, bind, describe, parse
from attacks.talking import Server

WANTS = "read"
SHOWS = "amount"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(client, parse(b"SELECT * FROM vlt_account"), bind(), describe(), SYNC)

"""Inserts by one prepared statement in long rounds, one of which fails, until it is full."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    def rows(*numbers: int) -> bytes:
        return b"".join(
            bind(b"s", values=[n.to_bytes(4)], binary=True) + execute() for n in numbers
        )

    with server.login() as client:
        heard = ask(client, parse(b"INSERT INTO dmo_nearly VALUES ($1)", b"s", [23]), SYNC)
        heard += ask(client, rows(1001, 1002, 1003, 1004), SYNC)
        heard += ask(client, rows(1005, 1006, 1006, 1007, 1008), SYNC)  # the third is there
        return heard + ask(client, rows(1009, 1010, 1011, 1012), SYNC)

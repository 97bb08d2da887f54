"""Asks a function for its result in binary."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        number = (1).to_bytes(4, "big")
        prepared = parse(b"SELECT account_unseen($1)", types=[23])
        return ask(client, prepared, bind(values=[number], binary=True), execute(), SYNC)

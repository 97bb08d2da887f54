"""Ends a round by a Sync that holds more than it may, which fails, and reads in the next round."""

from attacks.frames import SYNC, ask, bind, execute, message, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        heard = ask(client, parse(b"SELECT secret FROM vlt_account", b"s"), message(b"S", b"more"))
        return heard + ask(client, SYNC, bind(b"s"), execute(), SYNC, rounds=2)

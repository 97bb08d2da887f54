"""Prepares a refused statement, and binds it in a round of its own."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, parse(b"SELECT secret FROM vlt_account", b"s"), SYNC)
        return ask(client, bind(b"s"), execute(), SYNC)

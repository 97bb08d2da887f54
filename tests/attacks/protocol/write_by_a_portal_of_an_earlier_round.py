"""Binds what writes in one round, and runs it in another."""

from attacks.frames import SYNC, ask, bind, execute, parse, query
from attacks.talking import Server

WANTS = "write"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(b"BEGIN"))
        update = parse(b"UPDATE vlt_account SET amount = 4711")
        ask(client, update, bind(portal=b"p"), SYNC)
        return ask(client, execute(b"p"), SYNC, query(b"COMMIT"), rounds=2)

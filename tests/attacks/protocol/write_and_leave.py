"""Writes by a function and is gone before the answer."""

from attacks.frames import SYNC, TERMINATE, hear, whole
from attacks.talking import Server

WANTS = "write"


def attack(server: Server) -> bytes:
    with server.login() as client:
        update = b"SELECT run_any('UPDATE vlt_account SET amount = 4711')"
        client.send(whole(update), SYNC, TERMINATE)
        return hear(client)

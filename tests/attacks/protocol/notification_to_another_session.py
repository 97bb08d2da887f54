"""Notifies another session of its own of a value."""

from attacks.frames import SYNC, ask, query, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client, server.login() as listener:
        ask(listener, query(b"LISTEN news"))
        ask(client, whole(b"SELECT pg_notify('news', account_unseen(1))"), SYNC)
        return ask(listener, query(b"SELECT 1"))

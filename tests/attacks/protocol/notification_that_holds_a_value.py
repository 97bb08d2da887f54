"""Notifies itself of a value."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(b"LISTEN news"))
        return ask(
            client, query(b"DO $$ BEGIN PERFORM pg_notify('news', account_unseen(1)); END $$")
        )

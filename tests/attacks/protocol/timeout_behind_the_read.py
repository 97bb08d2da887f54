"""Lets a timeout strike behind the read."""

from attacks.frames import SYNC, ask, query, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(b"SET statement_timeout = '400ms'"))
        return ask(client, whole(b"SELECT account_unseen(1)"), whole(b"SELECT pg_sleep(1)"), SYNC)

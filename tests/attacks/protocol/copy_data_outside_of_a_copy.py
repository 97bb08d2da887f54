"""Sends copy data that nobody asked for before a Query."""

from attacks.frames import ask, message, query
from attacks.talking import Server
from raw_client import copy_data

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        stray = copy_data(b"77\tx\n") + message(b"c", b"") + message(b"f", b"no\0")
        return ask(client, stray, query(b"SELECT secret FROM vlt_account"))

"""Prepares with SQL, and runs by the protocol."""

from attacks.frames import SYNC, ask, bind, execute, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(b"PREPARE s AS SELECT account_unseen(1)"))
        return ask(client, bind(b"s"), execute(), SYNC)

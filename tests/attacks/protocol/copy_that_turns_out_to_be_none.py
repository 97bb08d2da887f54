"""Ends copy data of a statement that wants none, and goes on."""

from attacks.frames import SYNC, ask, message, whole
from attacks.talking import Server
from raw_client import copy_data

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        data = copy_data(b"77\tx\n") + message(b"c", b"") + SYNC
        return ask(
            client, whole(b"SELECT 1"), data, whole(b"SELECT account_unseen(1)"), SYNC, rounds=2
        )

"""Asks for the rows before the message that fails."""

from attacks.frames import FLUSH, SYNC, ask, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(whole(b"SELECT account_unseen(1)"), FLUSH)
        return ask(client, whole(b"SELECT 1/0"), SYNC)

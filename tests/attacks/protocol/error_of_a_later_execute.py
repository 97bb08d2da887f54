"""Has rows sent because a later message of the same round fails."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(client, whole(b"SELECT account_unseen(1)"), whole(b"SELECT 1/0"), SYNC)

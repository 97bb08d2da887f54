"""Says goodbye right behind the statement and reads what is left."""

from attacks.frames import FLUSH, TERMINATE, hear, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(whole(b"SELECT account_unseen(1)"), FLUSH, TERMINATE)
        return hear(client)

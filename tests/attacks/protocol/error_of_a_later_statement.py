"""Has rows sent because a later statement of the same text fails."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(client, query(b"SELECT account_unseen(1)" + b"; SELECT 1/0"))

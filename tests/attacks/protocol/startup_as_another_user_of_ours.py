"""Says at startup whose licenses are to count."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login(options="-c pgtoll.user=alice") as client:
        return ask(client, query(b"SELECT secret FROM vlt_account"))

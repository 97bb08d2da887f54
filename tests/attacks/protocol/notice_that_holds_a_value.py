"""Has a value sent in a notice, and a Flush behind it."""

from attacks.frames import FLUSH, hear, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        raising = b"DO $$ BEGIN RAISE NOTICE '%', account_unseen(1); END $$"
        client.send(whole(raising), FLUSH)
        return hear(client, last=b"C")

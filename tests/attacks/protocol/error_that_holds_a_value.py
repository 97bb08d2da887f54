"""Has a value shown by the error of a cast, in the extended protocol."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(client, whole(b"SELECT account_unseen(1)::int"), SYNC)

"""Leaves the filling to a trigger, and commits in the same round."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        later = b"INSERT INTO later SELECT n FROM generate_series(1, 10) n"
        return ask(client, whole(b"BEGIN"), whole(later), whole(b"COMMIT"), SYNC)

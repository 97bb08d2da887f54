"""Leaves the filling to a trigger that waits for the Sync."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        later = b"INSERT INTO later SELECT n FROM generate_series(1, 10) n"
        return ask(client, whole(later), SYNC)

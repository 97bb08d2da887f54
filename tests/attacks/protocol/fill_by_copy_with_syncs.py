"""Copies rows in by the extended protocol, with Syncs that are ignored."""

from attacks.frames import FLUSH, SYNC, ask, message, whole
from attacks.talking import Server
from raw_client import copy_data

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        rows = b"".join(b"%d\tx\n" % n for n in range(2001, 2011))
        data = SYNC + copy_data(rows) + FLUSH + SYNC + message(b"c", b"") + SYNC
        return ask(client, whole(b"COPY dmo_nearly FROM STDIN"), data)

"""Sends what writes and closes the socket without reading."""

import time

from attacks.frames import query
from attacks.talking import Server

WANTS = "write"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(query(b"UPDATE vlt_account SET amount = 4711"))
        client.socket.close()
        time.sleep(0.3)
        return b""

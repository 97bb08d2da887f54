"""Sends what fills a table and closes the socket without reading."""

import time

from attacks.frames import query
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(query(b"INSERT INTO dmo_nearly SELECT n FROM generate_series(2001, 2010) n"))
        client.socket.close()
        time.sleep(0.3)
        return b""

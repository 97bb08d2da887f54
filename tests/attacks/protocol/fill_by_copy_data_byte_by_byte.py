"""Copies rows in, one byte in each message."""

from attacks.frames import ask, message, query
from attacks.talking import Server
from raw_client import copy_data

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        data = b"".join(b"%d\tx\n" % n for n in range(2001, 2011))
        single = b"".join(copy_data(bytes([byte])) for byte in data)
        return ask(client, query(b"COPY dmo_nearly FROM STDIN"), single, message(b"c", b""))

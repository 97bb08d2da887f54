"""Copies rows into two tables that one text names."""

from attacks.frames import ask, message, query
from attacks.talking import Server
from raw_client import copy_data

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        copy = query(b"COPY mallory_own FROM STDIN; COPY dmo_nearly FROM STDIN")
        rows = b"".join(b"%d\tx\n" % n for n in range(2001, 2011))
        part = copy_data(rows) + message(b"c", b"")
        return ask(client, copy, part, part)

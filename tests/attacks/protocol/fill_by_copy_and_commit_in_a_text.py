"""Copies rows in and commits in one text."""

from attacks.frames import ask, message, query
from attacks.talking import Server
from raw_client import copy_data

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        copy = query(b"BEGIN; COPY dmo_nearly FROM STDIN; COMMIT")
        rows = b"".join(b"%d\tx\n" % n for n in range(2001, 2011))
        return ask(client, copy, copy_data(rows), message(b"c", b""))

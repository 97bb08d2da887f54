"""Hides the statement of a Parse behind two megabytes of blanks."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(client, whole(b" " * (2 << 20) + b"SELECT secret FROM vlt_account"), SYNC)

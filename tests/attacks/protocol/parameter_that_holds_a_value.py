"""Has a value reported as a parameter of the session."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        setting = b"SELECT set_config('application_name', account_unseen(1), false)"
        return ask(client, whole(setting), SYNC)

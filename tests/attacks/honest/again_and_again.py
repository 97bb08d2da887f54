"""Prepared statements in long rounds: alternating, described or not, with a mistake in one."""

from attacks.frames import FLUSH, SYNC, ask, bind, describe, execute, parse, whole
from attacks.talking import Server


def attack(server: Server) -> bytes:
    read = bind(b"r") + describe() + execute()
    write = bind(b"w") + execute()
    once = whole(b"SELECT name FROM customer WHERE id = 2")
    with server.login() as client:
        heard = ask(client, parse(b"SELECT name FROM customer WHERE id < 9", b"r"), SYNC)
        heard += ask(client, parse(b"UPDATE orders SET total = total + 1", b"w"), SYNC)
        heard += ask(client, read * 20, SYNC)
        heard += ask(client, (read + write) * 10, SYNC)
        heard += ask(client, whole(b"BEGIN"), once * 20, write * 5, SYNC)
        heard += ask(client, read * 3, FLUSH, read * 5, whole(b"COMMIT"), SYNC)
        heard += ask(client, write * 5, whole(b"SELECT 1/0"), read * 5, SYNC)
        return heard + ask(client, whole(b"SELECT sum(total) FROM orders"), read * 40, SYNC)

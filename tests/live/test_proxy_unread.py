"""Where code that is not read does not run, it does not, from one moment to the next."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from proxies import Proxy, Session, Site, eventually, running_proxy
from psycopg import errors
from raw_client import RawClient, sqlstates

from pgtoll.wire.messages import SYNC, bind, execute, parse, query

pytestmark = pytest.mark.live

SOON = 15.0
TABLES = """
CREATE SCHEMA unread; GRANT ALL ON SCHEMA unread TO PUBLIC; SET search_path = unread;
CREATE TABLE mrktword (word text); INSERT INTO mrktword VALUES ('hush');
CREATE TABLE plain (word text); INSERT INTO plain VALUES ('open');
CREATE SEQUENCE counted; GRANT ALL ON ALL TABLES IN SCHEMA unread TO PUBLIC;
GRANT ALL ON counted TO PUBLIC;
CREATE FUNCTION word_of(name text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE found text; BEGIN EXECUTE 'SELECT word FROM ' || name INTO found; RETURN found; END $$;
CREATE FUNCTION vouched() RETURNS text LANGUAGE plpgsql AS $$
  DECLARE found text; BEGIN EXECUTE 'SELECT word FROM plain' INTO found; RETURN found; END $$;
CREATE FUNCTION read_word() RETURNS text LANGUAGE sql STABLE AS 'SELECT word FROM unread.plain';
CREATE TABLE late (word text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM unread.word_of('unread.plain'); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER note AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION note(); GRANT ALL ON late TO PUBLIC
"""
UNREAD, READ = b"SELECT word_of('plain')", b"SELECT read_word()"
SEEN = b"SELECT read_word() AS seen"


class Switch:
    """A proxy whose file says what becomes of code that is not read."""

    def __init__(self, proxy: Proxy, file: Path, site: Site) -> None:
        self.proxy, self._file, self.site = proxy, file, site

    def turn(self, unread: str) -> None:
        """Set the key, reload, and wait until the proxy has taken it."""
        before = len(self._log())
        _write(self._file, unread)
        self.proxy.process.send_signal(signal.SIGHUP)
        assert eventually(lambda: "unread" in self._log()[before:], within=SOON)

    def connect(self) -> Session:
        return self.proxy.connect(self.site.bob, options="-c search_path=unread")

    def raw(self) -> RawClient:
        """A raw client of Bob's, behind its login."""
        client = RawClient(self.proxy.port)
        client.start(self.site.bob, self.site.database.dbname, search_path="unread")
        return client

    def _log(self) -> str:
        return self.proxy.log.read_text(encoding="utf-8")


def _write(file: Path, unread: str) -> None:
    trusted = 'trusted_functions = ["unread.vouched"]'
    file.write_text(f'unread = "{unread}"\n{trusted}\n', encoding="utf-8")


@pytest.fixture
def switch(licensed_site: Site, tmp_path: Path) -> Iterator[Switch]:
    site = licensed_site
    site.run(TABLES)
    file = tmp_path / "pgtoll.toml"
    _write(file, "refuse")
    try:
        with running_proxy(site.database, site.trust, options=("--config", str(file))) as proxy:
            site.settle(proxy)
            yield Switch(proxy, file, site)
    finally:
        site.run("DROP SCHEMA unread CASCADE")
        site.settle()


def value(session: Session, sql: bytes) -> object:
    row = session.execute(sql).fetchone()
    assert row is not None
    return row[0]


def refused(session: Session, sql: bytes) -> psycopg.Error | None:
    """Return the refusal of a statement, None when it runs."""
    try:
        session.execute(sql)
    except errors.InsufficientPrivilege as error:
        return error
    return None


def recorded(site: Site, sql: bytes) -> bool:
    return any(row[3] == sql.decode() for row in site.refusals())


@pytest.mark.since15
def test_it_is_refused_with_the_way_to_trust_it(switch: Switch) -> None:
    with switch.connect() as session:
        error = refused(session, UNREAD)
        assert error is not None
        assert error.diag.message_detail is not None
        assert error.diag.message_detail.startswith('function "unread.word_of" runs code that is')
        assert 'trusted_functions = ["unread.word_of"]' in (error.diag.message_hint or "")
        assert value(session, b"SELECT vouched()") == "open"
        assert value(session, READ) == "open"
        assert value(session, b"SELECT nextval('counted')") == 1
        session.execute("BEGIN; CREATE TABLE mine (n int); INSERT INTO mine VALUES (1); ROLLBACK")
    with switch.proxy.connect(switch.site.alice, options="-c search_path=unread") as session:
        assert value(session, UNREAD) == "open"


@pytest.mark.since15
def test_a_reload_holds_for_open_sessions_and_what_they_have_prepared(switch: Switch) -> None:
    switch.turn("watch")
    with switch.connect() as session:
        session.prepare_threshold = 0
        assert value(session, UNREAD) == value(session, READ) == "open"  # each has a name
        session.execute("PREPARE by_sql AS SELECT word_of('plain')")
        session.execute("PREPARE other AS SELECT read_word()")
        switch.turn("refuse")
        assert refused(session, UNREAD)
        assert refused(session, b"EXECUTE by_sql")
        switch.turn("watch")
        assert value(session, UNREAD) == value(session, READ) == "open"
        session.execute("EXECUTE by_sql")


@pytest.mark.since15
def test_what_is_read_stays_prepared_over_a_reload(switch: Switch) -> None:
    switch.turn("watch")
    with switch.connect() as session:
        session.prepare_threshold = 0
        session.execute("PREPARE other AS SELECT read_word()")
        assert value(session, READ) == "open"
        switch.turn("refuse")
        assert value(session, READ) == value(session, b"EXECUTE other") == "open"
        switch.site.run(
            "CREATE OR REPLACE FUNCTION unread.read_word() RETURNS text LANGUAGE sql STABLE"
            " AS 'SELECT unread.word_of(''unread.plain'')'"
        )
        switch.site.settle(switch.proxy)
        assert refused(session, READ)
        assert refused(session, b"EXECUTE other")


@pytest.mark.since15
def test_a_transaction_in_progress_goes_by_the_new_key(switch: Switch) -> None:
    switch.turn("watch")
    with switch.connect() as session:
        session.execute("BEGIN")
        session.execute("DECLARE c CURSOR FOR SELECT word_of('plain') FROM generate_series(1, 9)")
        session.execute("INSERT INTO late VALUES ('x')")
        switch.turn("refuse")
        assert refused(session, b"FETCH c")
        session.execute("ROLLBACK")
        switch.turn("watch")
        session.execute("BEGIN; INSERT INTO late VALUES ('x')")
        switch.turn("refuse")
        assert refused(session, b"COMMIT")
        session.execute("ROLLBACK")
        assert refused(session, b"INSERT INTO late VALUES ('x')")
        session.execute("BEGIN; INSERT INTO plain VALUES ('x'); COMMIT")


@pytest.mark.since15
def test_named_portals_and_statements_of_what_is_read_run(switch: Switch) -> None:
    with switch.raw() as client:
        client.send(parse(b"s", READ), bind(b"p", b"s"), execute(b"p"), SYNC)
        assert not sqlstates(client.replies())
        client.send(query(b"PREPARE by_sql AS SELECT read_word()"))
        assert not sqlstates(client.replies())
        client.send(bind(b"p", b"s"), execute(b"p"), SYNC)  # SQL may have prepared another
        assert not sqlstates(client.replies())
        client.send(bind(b"", b"by_sql"), execute(b""), SYNC)
        assert not sqlstates(client.replies())
        client.send(parse(b"u", UNREAD), bind(b"", b"u"), execute(b""), SYNC)
        assert sqlstates(client.replies()) == ["42501"]


def test_observing_it_runs_and_is_written_down(switch: Switch) -> None:
    site = switch.site
    options = ("--unread", "refuse")
    with (
        running_proxy(site.database, site.trust, mode="observe", options=options) as proxy,
        proxy.connect(site.bob, options="-c search_path=unread") as session,
    ):
        assert value(session, UNREAD) == "open"
        assert eventually(lambda: recorded(site, UNREAD), within=SOON)
        assert value(session, SEEN) == "open"
    assert not recorded(site, SEEN)


@pytest.mark.since15
def test_what_psql_asks_the_catalog_is_answered(switch: Switch) -> None:
    with switch.connect() as session:
        for sql in (
            "SELECT c.oid::regclass, c.relkind FROM pg_class c WHERE relname = 'plain'",
            "SELECT pg_get_expr(adbin, adrelid), format_type(atttypid, atttypmod)"
            " FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
            " WHERE attrelid = 'plain'::regclass",
            "SELECT pg_get_functiondef('word_of'::regproc), prosrc FROM pg_proc LIMIT 1",
            "SELECT * FROM pg_sequences",
        ):
            session.execute(sql.encode())

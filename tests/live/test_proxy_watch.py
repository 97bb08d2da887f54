"""What cannot be read is watched: no licensed word gets out, and the rest is unharmed."""

from collections.abc import Iterator

import pytest
from proxies import Person, Session, Site
from psycopg import errors
from raw_client import RawClient, Reply, describe_portal, sqlstates, types

from pgtoll.wire.messages import FLUSH, SYNC, bind, execute, message, parse, query

pytestmark = pytest.mark.live

SECRET = b"hush"
TABLES = """
CREATE TABLE mrktsecret (word text);
INSERT INTO mrktsecret VALUES ('hush');
CREATE TABLE plain (word text);
INSERT INTO plain VALUES ('open');
CREATE TABLE log (word text);
CREATE FUNCTION word_of(name text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE found text; BEGIN EXECUTE 'SELECT word FROM ' || name INTO found; RETURN found; END $$;
CREATE FUNCTION folded(name text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
  DECLARE found text; BEGIN EXECUTE 'SELECT word FROM ' || name INTO found; RETURN found; END $$;
CREATE FUNCTION noticed(name text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
  BEGIN RAISE NOTICE 'a word: %', folded(name); RETURN ''; END $$;
CREATE FUNCTION raised(name text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION 'a word: %', folded(name); END $$;
CREATE FUNCTION swallowed(name text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE found text; BEGIN
    BEGIN found := word_of(name); PERFORM 1/0; EXCEPTION WHEN division_by_zero THEN NULL; END;
    RETURN found; END $$;
CREATE FUNCTION words(name text) RETURNS SETOF text LANGUAGE plpgsql AS $$
  BEGIN FOR i IN 1 .. 5 LOOP RETURN NEXT word_of(name); END LOOP; END $$;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN RAISE NOTICE 'a word: %', word_of(TG_ARGV[0]); RETURN NULL; END $$;
CREATE TABLE telling (n int);
CREATE TRIGGER tells AFTER INSERT ON telling FOR EACH ROW EXECUTE FUNCTION tell('mrktsecret');
CREATE TABLE telling_late (n int);
CREATE CONSTRAINT TRIGGER tells AFTER INSERT ON telling_late DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION tell('mrktsecret');
CREATE TABLE with_default (n int, word text DEFAULT word_of('mrktsecret'));
CREATE FUNCTION less(text, int) RETURNS text LANGUAGE sql AS 'SELECT watching.word_of($1)';
CREATE OPERATOR <<<< (FUNCTION = less, LEFTARG = text, RIGHTARG = int);
CREATE TYPE boxed AS (word text);
CREATE FUNCTION unbox(boxed) RETURNS text LANGUAGE sql AS 'SELECT watching.word_of($1.word)';
CREATE VIEW dynamic AS SELECT word_of('mrktsecret') AS word
"""

# Statements with which Bob tries to see the word; {t} is the table that they turn to.
ATTEMPTS = [
    "SELECT word_of('{t}')",
    "SELECT folded('{t}')",
    "SELECT noticed('{t}')",
    "SELECT raised('{t}')",
    "SELECT swallowed('{t}')",
    "SELECT * FROM words('{t}')",
    "SELECT 1 FROM plain WHERE word_of('{t}') = 'hush'",
    "SELECT 1 FROM plain ORDER BY raised('{t}')",
    "VALUES (word_of('{t}'))",
    "INSERT INTO log VALUES (word_of('{t}')) RETURNING word",
    "UPDATE plain SET word = word_of('{t}') RETURNING word",
    "DELETE FROM plain WHERE word <> word_of('{t}') RETURNING word_of('{t}')",
    "COPY (SELECT word_of('{t}')) TO STDOUT",
    "SELECT '{t}'::text <<<< 1",
    "SELECT unbox(ROW('{t}')::boxed)",
    "SELECT (ROW('{t}')::boxed).unbox",
    "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT word_of('{t}')",
    "DO $$ BEGIN RAISE NOTICE 'a word: %', (SELECT word FROM {t}); END $$",
    "DO $$ BEGIN RAISE EXCEPTION 'a word: %', (SELECT word FROM {t}); END $$",
    "DO $$ BEGIN EXECUTE 'SELECT word::int FROM {t}'; END $$",
    "DO $$ BEGIN EXECUTE 'NOTIFY ears, ''' || (SELECT word FROM {t}) || ''''; END $$",
    "DO $$ BEGIN EXECUTE 'CREATE TEMP TABLE c AS TABLE {t}'; END $$; SELECT word || '' FROM c",
    "SELECT word_of('{t}')::int",
    "SELECT 1; SELECT word_of('{t}'); SELECT 2",
    "BEGIN; SELECT word_of('{t}'); COMMIT",
    "BEGIN; SAVEPOINT s; SELECT word_of('{t}'); ROLLBACK TO s; COMMIT",
    "BEGIN; SELECT word_of('{t}'); ROLLBACK",
    "PREPARE p AS SELECT word_of('{t}'); EXECUTE p",
    "BEGIN; DECLARE c CURSOR FOR SELECT word_of('{t}'); FETCH c; COMMIT",
    "SELECT set_config('my.word', word_of('{t}'), false); SHOW my.word",
]
STORED = [
    "INSERT INTO telling VALUES (1)",
    "INSERT INTO telling_late VALUES (1)",
    "INSERT INTO with_default VALUES (1) RETURNING word",
    "SELECT word FROM dynamic",
    "BEGIN; INSERT INTO telling_late VALUES (1); COMMIT",
    "BEGIN; INSERT INTO telling_late VALUES (1); SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK",
]


@pytest.fixture(scope="module")
def bob(licensed_site: Site) -> Iterator[Person]:
    """Bob, with functions of his own that read whatever table they are told to."""
    bob = Person(licensed_site, licensed_site.bob, schema="watching", lacking=True)
    bob.clean(TABLES)
    yield bob
    bob.leave()


@pytest.fixture
def session(bob: Person) -> Iterator[Session]:
    with bob.connect() as session:
        yield session


def answers(bob: Person, *rounds: bytes, proxied: bool = True) -> list[list[Reply]]:
    """What is answered to each round of messages, and then what is notified of."""
    port = bob.site.proxy.port if proxied else bob.site.database.port
    with RawClient(port) as client:
        client.start(bob.user, bob.site.database.dbname, search_path=bob.schema)
        client.send(query(b"LISTEN ears"))
        client.replies()
        found: list[list[Reply]] = []
        for round_ in (*rounds, query(b"ROLLBACK"), query(b"SHOW server_version")):
            client.send(round_)
            found.append(client.replies())
    return found


def all_bytes(found: list[list[Reply]]) -> bytes:
    return b"".join(data for replies in found for _, data in replies)


def extended(sql: bytes, *, name: bytes = b"") -> bytes:
    return parse(name, sql) + bind(b"", name) + describe_portal() + execute(b"") + SYNC


def limited(sql: bytes) -> bytes:
    """Ask for one row at a time, of a portal with a name."""
    one = message(b"E", b"portal\0" + (1).to_bytes(4, "big"))
    return parse(b"", sql) + bind(b"portal", b"") + one + FLUSH + one + SYNC


def spread(sql: bytes) -> tuple[bytes, ...]:
    """Parse in one round, and bind in another."""
    return parse(b"s", sql) + SYNC, bind(b"", b"s") + execute(b"") + SYNC


@pytest.mark.parametrize("attempt", ATTEMPTS + STORED)
def test_nothing_of_a_licensed_table_gets_out(bob: Person, attempt: str) -> None:
    sql = attempt.replace("{t}", "mrktsecret").encode()
    found = answers(bob, query(sql))
    assert SECRET not in all_bytes(found)
    assert "42501" in sqlstates(found[0])
    assert types(found[-1]) == b"TDCZ"


@pytest.mark.parametrize("attempt", [one for one in ATTEMPTS + STORED if ";" not in one])
@pytest.mark.since15
def test_nothing_gets_out_by_the_extended_protocol(bob: Person, attempt: str) -> None:
    sql = attempt.replace("{t}", "mrktsecret").encode()
    for rounds in ((extended(sql),), (extended(sql, name=b"s"),), spread(sql), (limited(sql),)):
        found = answers(bob, *rounds)
        assert SECRET not in all_bytes(found)
        assert {"42501"} == set(sqlstates([one for replies in found[:-2] for one in replies]))
        assert types(found[-1]) == b"TDCZ"


def test_nothing_gets_out_before_the_check_is_asked_for(bob: Person) -> None:
    sql = b"SELECT word_of('mrktsecret')"
    with RawClient(bob.site.proxy.port) as client:
        client.start(bob.user, bob.site.database.dbname, search_path=bob.schema)
        client.send(parse(b"", sql), bind(b"", b""), execute(b""), FLUSH)
        replies = client.replies(b"E")
        assert SECRET not in all_bytes([replies])
        assert sqlstates(replies) == ["42501"]
        client.send(SYNC)
        assert types(client.replies()) == b"Z"


@pytest.mark.since15
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_what_touches_nothing_licensed_is_unharmed(bob: Person, attempt: str) -> None:
    sql = attempt.replace("{t}", "plain").encode()
    through, beside = (unmarked(bob, query(sql), proxied=proxied) for proxied in (True, False))
    if sqlstates(beside[0]) and sqlstates(through[0]) == ["42501"]:
        assert b"failed before its licenses could be checked" in all_bytes(through)
        through, beside = through[1:], beside[1:]
    assert through == beside


def unmarked(bob: Person, *rounds: bytes, proxied: bool) -> list[list[Reply]]:
    """The answers without what differs from session to session: the sender of a notification."""
    bob.site.run("TRUNCATE watching.plain; INSERT INTO watching.plain VALUES ('open')")
    return [
        [(kind, data if kind != b"A" else data[9:]) for kind, data in replies]
        for replies in answers(bob, *rounds, proxied=proxied)
    ]


def test_what_was_done_on_the_way_is_undone(bob: Person, session: Session) -> None:
    session.execute("TRUNCATE log")
    with pytest.raises(errors.InsufficientPrivilege):
        session.execute(
            "DO $$ BEGIN INSERT INTO log VALUES ('before'); PERFORM word_of('mrktsecret'); END $$"
        )
    assert bob.site.rows("watching.log") == 0


@pytest.mark.since15
def test_a_session_goes_on_as_if_nothing_was(session: Session) -> None:
    for _ in range(3):
        with pytest.raises(errors.InsufficientPrivilege):
            session.execute("SELECT word_of('mrktsecret')")
        assert session.execute("SELECT word_of('plain')").fetchone() is not None


def test_alice_sees_what_bob_does_not(bob: Person) -> None:
    alice = Person(bob.site, bob.site.alice, schema="watching")
    bob.site.run(
        f"GRANT USAGE ON SCHEMA watching TO {alice.user};"
        f"GRANT SELECT ON ALL TABLES IN SCHEMA watching TO {alice.user}"
    )
    with alice.connect() as session:
        assert session.execute("SELECT word_of('mrktsecret')").fetchone() == ("hush",)

"""A session goes on behind a refused statement; names of parameters that it left are not told."""

from collections.abc import Iterator

import psycopg
import pytest
from proxies import Person, Session
from psycopg import errors

pytestmark = pytest.mark.live

TABLES = """
CREATE TABLE mrktsecret (word text);
INSERT INTO mrktsecret VALUES ('hush');
CREATE TABLE plain (n int, word text);
INSERT INTO plain VALUES (1, 'open');
CREATE FUNCTION word_of(name text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE found text; BEGIN EXECUTE 'SELECT word FROM ' || name INTO found; RETURN found; END $$;
"""
MAKES_NAMES = """DO $$ DECLARE found text; BEGIN
EXECUTE 'SELECT word FROM mrkt' || 'secret' INTO found;
PERFORM set_config('made_up.' || found, '', true); END $$"""
IN_A_BLOCK = ("BEGIN", "SELECT word FROM plain", MAKES_NAMES)


@pytest.fixture(scope="module", params=["licensed_site", "licensed_site15"])
def bob(request: pytest.FixtureRequest) -> Iterator[Person]:
    """Bob, with a function of his own that reads whatever table it is told to."""
    site = request.getfixturevalue(request.param)
    bob = Person(site, site.bob, schema="leaving", lacking=True)
    bob.clean(TABLES)
    yield bob
    bob.leave()


@pytest.fixture
def session(bob: Person) -> Iterator[Session]:
    with bob.connect() as session:
        yield session


def refuse(session: Session, *statements: str) -> None:
    """Run statements of which the last is refused."""
    *before, last = statements
    for statement in before:
        session.execute(statement.encode())
    with pytest.raises(errors.InsufficientPrivilege):
        session.execute(last.encode())
    session.execute("ROLLBACK")


def work(session: Session) -> None:
    """What a session does all day; none of it tells of names."""
    for statement in (
        "SELECT 1",
        "BEGIN",
        "INSERT INTO plain VALUES (2, 'more')",
        "UPDATE plain SET word = 'most' WHERE n = 2",
        "SAVEPOINT s",
        "DELETE FROM plain WHERE n = 2",
        "ROLLBACK TO s",
        "COMMIT",
        "SET search_path = leaving",
        "SET app.tenant = '7'",
        "RESET app.tenant",
        "SHOW server_version",
        "DISCARD PLANS",
    ):
        session.execute(statement.encode())
    with session.cursor() as cursor, cursor.copy("COPY plain TO STDOUT") as copy:
        assert b"open" in b"".join(copy)


def tells_of_memory(session: Session) -> bool:
    """Whether the server shows what memory a session's settings take."""
    return session.info.server_version >= 160000


@pytest.mark.parametrize("statements", [(MAKES_NAMES,), IN_A_BLOCK])
def test_a_session_goes_on_behind_a_refused_statement(
    session: Session, statements: tuple[str, ...]
) -> None:
    refuse(session, *statements)
    work(session)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT current_setting('made_up.hush', true)",
        "SHOW made_up.hush",
        "SELECT pg_settings_get_flags('made_up.hush')",
        "SELECT word_of('plain')",
        "DO $$ BEGIN EXECUTE 'SELECT 1'; END $$",
    ],
)
def test_what_could_tell_of_names_ends_it(session: Session, statement: str) -> None:
    refuse(session, MAKES_NAMES)
    with pytest.raises(errors.AdminShutdown, match="names of parameters") as raised:
        session.execute(statement.encode())
    assert "Connect again" in str(raised.value.diag.message_hint)
    assert session.closed


@pytest.mark.parametrize(
    "statements",
    [("SELECT word_of('mrktsecret')",), (*IN_A_BLOCK[:2], "SELECT word_of('mrktsecret')")],
)
def test_what_makes_up_no_name_ends_nothing(session: Session, statements: tuple[str, ...]) -> None:
    if not tells_of_memory(session):
        pytest.skip("PostgreSQL 15 does not show what memory settings take")
    session.execute("SET app.tenant = '7'")
    for _ in range(3):
        refuse(session, *statements)
        assert session.execute("SELECT word_of('plain')").fetchone() == ("open",)
        assert session.execute("SELECT current_setting('app.tenant')").fetchone() == ("7",)


@pytest.mark.parametrize("prepare", [False, True])
def test_what_a_failed_transaction_ignores_ends_nothing(session: Session, prepare: bool) -> None:
    session.execute("BEGIN")
    with pytest.raises(errors.DivisionByZero):
        session.execute("SELECT 1 / 0", prepare=prepare)
    with pytest.raises(errors.InFailedSqlTransaction):
        session.execute(MAKES_NAMES.encode(), prepare=prepare)
    session.execute("ROLLBACK", prepare=prepare)
    assert session.execute("SELECT word_of('plain')").fetchone() == ("open",)
    assert session.execute("SELECT current_setting('made_up.hush', true)").fetchone() == (None,)


def test_code_that_was_read_makes_up_no_names(bob: Person, session: Session) -> None:
    bob.site.run(
        f"CREATE OR REPLACE FUNCTION {bob.schema}.either(first boolean) RETURNS text"
        " LANGUAGE plpgsql AS $$ BEGIN IF first THEN RETURN (SELECT word FROM plain LIMIT 1);"
        " END IF; RETURN (SELECT word FROM mrktsecret); END $$"
    )
    bob.site.settle()
    refuse(session, "SELECT either(false)")
    assert session.execute("SELECT either(true)").fetchone() == ("open",)
    assert session.execute("SELECT current_setting('app.none', true)").fetchone() == (None,)


def test_the_next_session_is_as_any_other(bob: Person, session: Session) -> None:
    refuse(session, MAKES_NAMES)
    with pytest.raises(psycopg.OperationalError):
        session.execute("SHOW made_up.hush")
    with bob.connect() as other:
        assert other.execute("SELECT word_of('plain')").fetchone() == ("open",)
        assert other.execute("SELECT current_setting('a.b', true)").fetchone() == (None,)


LOGGED = """
CREATE TABLE entry (n int PRIMARY KEY, word text);
CREATE TABLE entry_log (n int, word text);
CREATE FUNCTION log_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'INSERT INTO entry_log VALUES ($1, $2)' USING NEW.n, NEW.word;
  RETURN NULL; END $$;
CREATE TRIGGER log_entry AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION log_entry();
"""


def test_a_key_that_exists_under_a_trigger_with_dynamic_text_ends_nothing(bob: Person) -> None:
    bob.clean(TABLES + LOGGED)
    with bob.connect() as session:
        for n in (1, 1, 2):
            try:
                session.execute("INSERT INTO entry VALUES (%s, 'a')", [n])
            except errors.InsufficientPrivilege:  # its own error is withheld
                session.execute("SELECT word_of('plain')")
        assert session.execute("SELECT n FROM entry_log ORDER BY n").fetchall() == [(1,), (2,)]

"""Statistics read in a block that is rolled back are seen by what the session has loaded."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg import errors
from witnessed import Place, Session

pytestmark = pytest.mark.live

GATE = 4711  # an advisory lock, on which a function waits until others have done their part

READS = """
CREATE FUNCTION {schema}.by_text(afterwards text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
  BEGIN
    EXECUTE 'SELECT most_common_vals::text FROM pg_sta' || 'ts LIMIT 1' INTO found;
    EXECUTE afterwards;
    RAISE division_by_zero;
  EXCEPTION WHEN division_by_zero THEN
    RETURN found;
  END;
END $$
"""
# More messages than the server keeps for a session that does not look.
CHURN = """
DO $$ BEGIN
  FOR i IN 1..700 LOOP
    EXECUTE 'CREATE TEMP TABLE churned (a int PRIMARY KEY, b text)';
    EXECUTE 'DROP TABLE churned';
  END LOOP;
END $$
"""


@pytest.fixture
def product(place: Place) -> int:
    """A product that owns table MrktSecret; statistics of it and of an open table are there."""
    place.run(
        'CREATE TABLE "MrktSecret" AS SELECT g AS id FROM generate_series(1, 9) g',
        "CREATE TABLE open_table AS SELECT g AS id FROM generate_series(1, 1000) g",
        'ANALYZE "MrktSecret", open_table',
        READS.format(schema=place.schema),
    )
    return place.product("marketing", "mrkt%")


@pytest.fixture
def session(place: Place) -> Iterator[Session]:
    with place.session() as session:
        yield session


def watched(session: Session, sql: str, product: int) -> None:
    """Run a statement between what goes before it and behind it when it is watched."""
    lacked = f"ARRAY[{product}]::int[]"
    session.execute(
        f"SELECT pgtoll.before_watch({lacked}); {sql};"
        f" SELECT pgtoll.watched(1, ARRAY[]::int[], {lacked}, false)".encode()
    )


def refused(session: Session, product: int, afterwards: str) -> None:
    with pytest.raises(errors.SerializationFailure, match="statistics"):
        watched(session, f"SELECT by_text($${afterwards}$$)", product)


def test_statistics_read_in_a_block_that_is_rolled_back_are_seen(
    product: int, session: Session
) -> None:
    for _ in range(2):
        refused(session, product, "SELECT 1")
        session.execute(b"SELECT pgtoll.forget()")


def test_they_are_seen_when_a_grant_has_thrown_the_rules_out(
    product: int, session: Session
) -> None:
    for columns in ("", " (tablename)"):
        refused(session, product, f"GRANT SELECT{columns} ON pg_stats TO PUBLIC")
        session.execute(b"SELECT pgtoll.forget()")


@pytest.mark.parametrize("also", ["SELECT 1", "CREATE SCHEMA churned"])
def test_they_are_seen_when_all_that_was_loaded_has_been_thrown_out(
    place: Place, product: int, session: Session, also: str
) -> None:
    watched(session, "SELECT 1", product)
    afterwards = f"SELECT pg_advisory_xact_lock({GATE}); {also}"
    with place.session() as other, ThreadPoolExecutor() as threads:
        other.execute(f"SELECT pg_advisory_lock({GATE})".encode())
        waiting = threads.submit(refused, session, product, afterwards)
        other.execute(CHURN.encode())
        other.execute(f"SELECT pg_advisory_unlock({GATE})".encode())
        waiting.result()
    loaded = session.execute("SELECT pgtoll.loaded('{pg_stats}')").fetchone()
    assert loaded == (False,), "nothing was thrown out"


def test_what_the_planner_looks_up_is_no_read(product: int, session: Session) -> None:
    session.execute(b"SELECT n_distinct FROM pg_stats LIMIT 1")
    session.execute(b"SELECT pgtoll.forget()")
    for sql in ("SELECT 1", "CREATE SCHEMA planned", "DROP SCHEMA planned"):
        block = f"EXECUTE $t$ {sql} $t$; PERFORM FROM open_table WHERE id > 3"
        watched(session, f"DO $$ BEGIN {block}; END $$", product)

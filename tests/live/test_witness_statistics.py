"""Statistics read in a block that is rolled back are seen by what the session has loaded."""

from collections.abc import Iterator

import pytest
from psycopg import errors
from witnessed import Place, Session

pytestmark = pytest.mark.live

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


@pytest.mark.since15
def test_statistics_read_in_a_block_that_is_rolled_back_are_seen(
    product: int, session: Session
) -> None:
    for _ in range(2):
        refused(session, product, "SELECT 1")
        session.execute(b"SELECT pgtoll.forget()")


@pytest.mark.since15
def test_they_are_seen_when_a_grant_has_thrown_the_rules_out(
    product: int, session: Session
) -> None:
    for columns in ("", " (tablename)"):
        refused(session, product, f"GRANT SELECT{columns} ON pg_stats TO PUBLIC")
        session.execute(b"SELECT pgtoll.forget()")


PEEKS = """
CREATE FUNCTION {schema}.peeks() RETURNS text LANGUAGE plpgsql PARALLEL SAFE AS
  'BEGIN RETURN (SELECT most_common_vals::text FROM pg_stats LIMIT 1); END'
"""
IN_A_WORKER = """
DO $$ BEGIN
  PERFORM set_config(name, 'on', true) FROM pg_settings
    WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
  EXECUTE 'SELECT pee' || 'ks()';
END $$
"""


@pytest.mark.parametrize("meanwhile", [False, True])
@pytest.mark.since15
def test_they_are_seen_when_somebody_else_has_made_what_a_worker_runs(
    place: Place, product: int, session: Session, meanwhile: bool
) -> None:
    counted = place.value("SELECT last_value FROM pgtoll.ddl_count")
    mark = f"{counted}, ARRAY[]::bigint[]" if meanwhile else "-1, ARRAY[]::bigint[]"
    session.execute("BEGIN")
    session.execute(f"SELECT pgtoll.before_watch(ARRAY[{product}], {mark})".encode())
    place.run(PEEKS.format(schema=place.schema))
    session.execute(IN_A_WORKER.encode())
    with pytest.raises(errors.SerializationFailure, match="statistics"):
        session.execute(
            f"SELECT pgtoll.watched(1, ARRAY[]::int[], ARRAY[{product}], true)".encode()
        )
    session.execute("ROLLBACK")


def test_what_the_planner_looks_up_is_no_read(product: int, session: Session) -> None:
    session.execute(b"SELECT n_distinct FROM pg_stats LIMIT 1")
    for sql in ("SELECT 1", "CREATE SCHEMA planned", "DROP SCHEMA planned"):
        block = f"EXECUTE $t$ {sql} $t$; PERFORM FROM open_table WHERE id > 3"
        watched(session, f"DO $$ BEGIN {block}; END $$", product)

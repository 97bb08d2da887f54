"""What a parallel worker reads is seen, though the session's own account does not show it."""

from collections.abc import Iterator

import pytest
from psycopg import errors
from witnessed import Place, Session, seen

pytestmark = pytest.mark.live

READS = """
CREATE FUNCTION {schema}.by_worker() RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
  BEGIN
    PERFORM set_config(name, 'on', true) FROM pg_settings
      WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
    EXECUTE 'SELECT secret FROM "MrktSecret" WHERE id = 7' INTO found;
    RAISE division_by_zero;
  EXCEPTION WHEN division_by_zero THEN RETURN found;
  END;
END $$
"""


@pytest.fixture
def product(place: Place) -> int:
    """A product that owns table MrktSecret, which a function reads in a worker."""
    place.run(
        'CREATE TABLE "MrktSecret" (id int, secret text)',
        "INSERT INTO \"MrktSecret\" SELECT g, 'secret' || g FROM generate_series(1, 100) g",
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


@pytest.mark.since15
def test_a_worker_that_reads_in_a_block_that_is_rolled_back_is_seen(
    product: int, session: Session
) -> None:
    for _ in range(3):
        with pytest.raises(errors.SerializationFailure, match="cannot be told"):
            watched(session, "SELECT by_worker()", product)


def test_who_reads_nothing_passes(product: int, session: Session) -> None:
    for _ in range(3):
        watched(session, "SELECT pg_sleep(0.01)", product)
    session.execute("BEGIN")
    watched(session, "SELECT pg_sleep(0.01)", product)
    session.execute("SAVEPOINT s")
    watched(session, "SELECT 1", product)
    session.execute("ROLLBACK TO s")
    watched(session, "SELECT pg_sleep(0.01)", product)
    session.execute("COMMIT")


# The leader fails within one expression that takes half a second, in which it cannot be interrupted
# to hear of its worker; which reads the rest of the table meanwhile.
FAILS = """
CREATE FUNCTION {schema}.fails() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('min_parallel_table_scan_size', '0', true),
    set_config('parallel_setup_cost', '0', true), set_config('parallel_tuple_cost', '0', true);
  EXECUTE 'SELECT count(CASE WHEN id = 1 THEN 1 / (0 * length((repeat(''7'', 60000)::numeric'
    || ' * repeat(''3'', 60000 + 0 * id)::numeric)::text)) ELSE length(secret) END)'
    || ' FROM "MrktSecret"';
EXCEPTION WHEN division_by_zero THEN
  RETURN '';
END $$
"""


def test_a_worker_is_known_of_though_its_leader_has_failed_at_once(
    place: Place, product: int
) -> None:
    rows = "SELECT g, 'more' FROM generate_series(101, 5000) g"
    place.run(f'INSERT INTO "MrktSecret" {rows}', FAILS.format(schema=place.schema))
    read = "SELECT pg_stat_get_blocks_fetched('\"MrktSecret\"'::regclass)"
    for _ in range(3):
        before = place.value(read)
        with place.session() as session:
            known = session.execute("SELECT fails(), pgtoll.had_workers()").fetchone()
            assert place.value(read) == before or known == ("", True)


@pytest.mark.since15
def test_who_had_no_worker_is_not_blamed_for_what_others_read(
    place: Place, product: int, session: Session
) -> None:
    with place.session() as other:
        session.execute("BEGIN")
        session.execute(f"SELECT pgtoll.before_watch(ARRAY[{product}], NULL, NULL)".encode())
        other.execute('SELECT pg_stat_force_next_flush(), count(*) FROM "MrktSecret"')
        session.execute("SELECT pg_sleep(0.01)")
        check = f"SELECT pgtoll.watched(1, ARRAY[]::int[], ARRAY[{product}], true)"
        session.execute(check.encode())
        session.execute("COMMIT")


def test_what_the_own_account_shows_is_told_first(product: int, session: Session) -> None:
    with seen("MrktSecret", "marketing"):
        watched(session, 'SELECT * FROM "MrktSecret"', product)


@pytest.mark.parametrize("forget", ["RESET ALL", "ALTER ROLE CURRENT_USER RESET ALL; RESET ALL"])
@pytest.mark.since15
def test_to_forget_the_counts_is_to_be_refused(product: int, session: Session, forget: str) -> None:
    with pytest.raises(errors.SerializationFailure):
        watched(session, forget, product)


def test_no_function_may_begin_anew(product: int, session: Session) -> None:
    anew = f"SELECT pgtoll.before_watch(ARRAY[{product}])"
    with pytest.raises(errors.InsufficientPrivilege, match="only the proxy"):
        session.execute(f"DO $$ BEGIN EXECUTE '{anew}'; END $$".encode())
    with pytest.raises(errors.InsufficientPrivilege, match="only the proxy"):
        session.execute(
            "DO $$ BEGIN PERFORM pgtoll.watched(1, ARRAY[]::int[], ARRAY[]::int[], false); END $$"
        )


def test_nobody_else_may_put_counts_in_their_place(place: Place, product: int) -> None:
    role = f"role_{place.schema}"
    place.run(f"CREATE ROLE {role} LOGIN")
    try:
        with place.session(user=role) as session:
            session.execute("BEGIN")
            session.execute(f"SELECT pgtoll.before_watch(ARRAY[{product}])".encode())
            with pytest.raises(errors.InsufficientPrivilege):
                session.execute("SET LOCAL backtrace_functions = 'pgtoll_0_0'")
    finally:
        place.run(f"DROP ROLE {role}")

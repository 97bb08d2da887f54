"""The watch: whatever touches a relation of a lacked product is seen, and nothing else is."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors
from witnessed import BASE, Place, Session, seen, settle, watched

pytestmark = pytest.mark.live

OFF_INDEX = (
    "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off"
)
ON_INDEX = "SET enable_seqscan = off"


@pytest.fixture
def product(place: Place) -> int:
    """A product that owns table MrktSecret, beside a table of base."""
    place.run(
        'CREATE TABLE "MrktSecret" (id int PRIMARY KEY, secret text)',
        "INSERT INTO \"MrktSecret\" SELECT g, 'secret' || g FROM generate_series(1, 100) g",
        "CREATE TABLE open (id int PRIMARY KEY, note text)",
        "INSERT INTO open VALUES (1, 'nothing')",
        'ANALYZE "MrktSecret"',
    )
    return place.product("marketing", "mrkt%")


@pytest.fixture
def session(place: Place) -> Iterator[Session]:
    with place.session() as session:
        yield session


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT * FROM "MrktSecret"',
        'SELECT count(*) FROM "MrktSecret" WHERE id = 5',
        'SELECT 1 FROM open WHERE EXISTS (SELECT FROM "MrktSecret")',
        'UPDATE "MrktSecret" SET secret = 1',
        'DELETE FROM "MrktSecret"',
        'TRUNCATE "MrktSecret"',
        'INSERT INTO "MrktSecret" VALUES (0)',
        'LOCK TABLE "MrktSecret"',
        'EXPLAIN SELECT * FROM "MrktSecret"',
        'CREATE TEMP TABLE mine AS SELECT * FROM "MrktSecret"',
        'ALTER TABLE "MrktSecret" ADD COLUMN y int',
        "SELECT ts_stat('SELECT to_tsvector(secret) FROM \"MrktSecret\"')",
        'DO $$ BEGIN PERFORM * FROM "MrktSecret"; END $$',
    ],
)
def test_every_touch_is_seen(product: int, session: Session, sql: str) -> None:
    with seen("MrktSecret", "marketing"):
        watched(session, sql, lacked=product)


def test_statistics_that_hold_values_are_seen(product: int, session: Session) -> None:
    with seen("pg_statistic", "marketing"):
        watched(session, "DO $$ BEGIN PERFORM * FROM pg_stats; END $$", lacked=product)
    watched(session, "SELECT FROM open WHERE id < 5", lacked=product)  # its planner looked there


def test_what_touches_nothing_of_the_product_passes(product: int, session: Session) -> None:
    for sql in (
        "SELECT * FROM open",
        "INSERT INTO open VALUES (2, 'more')",
        "SELECT FROM pg_class; SELECT FROM pg_type; SELECT FROM information_schema.tables",
        "CREATE TEMP TABLE mrkttemp (x int); INSERT INTO mrkttemp VALUES (1)",
        "SELECT * FROM pg_locks",
        "DO $$ BEGIN PERFORM 1; END $$",
    ):
        watched(session, sql, lacked=product)


@pytest.mark.parametrize("settings", [OFF_INDEX, ON_INDEX])
@pytest.mark.parametrize(
    "query", ['max(secret) FROM "MrktSecret" WHERE id < 9', 'max(id)::text FROM "MrktSecret"']
)
def test_a_read_that_was_rolled_back_is_seen(
    product: int, session: Session, settings: str, query: str
) -> None:
    session.execute(settings.encode())
    hidden = (
        "DO $$ DECLARE found text; BEGIN"
        f" BEGIN SELECT {query} INTO found; RAISE division_by_zero;"
        " EXCEPTION WHEN division_by_zero THEN NULL; END;"
        " RAISE NOTICE '%', found; END $$"
    )
    with seen("MrktSecret", "marketing"):
        watched(session, hidden, lacked=product)


def test_a_savepoint_hides_nothing(product: int, place: Place) -> None:
    with place.session(autocommit=False) as session:
        session.execute("SAVEPOINT s")
        session.execute('SELECT * FROM "MrktSecret"')
        session.execute("ROLLBACK TO s")
        with seen("MrktSecret", "marketing"):
            watched(session, "SELECT 1", lacked=product)


def test_what_is_reached_through_others_is_seen(
    product: int, place: Place, session: Session
) -> None:
    place.run(
        'CREATE VIEW harmless AS SELECT id FROM "MrktSecret"',
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql AS"
        " 'SELECT count(*) FROM \"MrktSecret\"'",
        'CREATE TABLE child (id int REFERENCES "MrktSecret")',
        'CREATE RULE r AS ON DELETE TO open DO ALSO DELETE FROM "MrktSecret"',
    )
    for sql in (
        "SELECT * FROM harmless",
        "SELECT peek()",
        "INSERT INTO child VALUES (1)",
        "DELETE FROM open",
    ):
        with seen("MrktSecret", "marketing"):
            watched(session, sql, lacked=product)


@pytest.mark.since15
def test_a_view_belongs_to_whoever_names_it(product: int, place: Place, session: Session) -> None:
    place.run("CREATE VIEW mrktview AS SELECT id FROM open", "CREATE VIEW other AS SELECT 1 AS x")
    with seen("mrktview", "marketing"):
        watched(session, "SELECT * FROM mrktview", lacked=product)
    watched(session, "SELECT * FROM other", lacked=BASE)


def test_sequences_belong_to_whoever_names_them(
    product: int, place: Place, session: Session
) -> None:
    place.run("CREATE SEQUENCE mrktnumbers", "CREATE SEQUENCE numbers")
    with seen("mrktnumbers", "marketing"):
        watched(session, "SELECT nextval('mrktnumbers')", lacked=product)
    watched(session, "SELECT nextval('numbers')", lacked=BASE)


@pytest.mark.since15
def test_base_is_what_nobody_names(product: int, session: Session) -> None:
    with seen("open"):
        watched(session, "SELECT * FROM open")
    watched(session, 'SELECT * FROM "MrktSecret"')
    assert product


def test_a_materialized_view_holds_rows_of_base(
    product: int, place: Place, session: Session
) -> None:
    place.run("CREATE MATERIALIZED VIEW kept AS SELECT 1 AS x")
    with seen("kept"):
        watched(session, "SELECT * FROM kept")
    place.run(f"INSERT INTO pgtoll.pin VALUES ('{place.schema}.kept'::regclass, {product})")
    watched(session, "SELECT * FROM kept")
    with seen("kept", "marketing"):
        watched(session, "SELECT * FROM kept", lacked=product)


def test_a_pin_outlives_a_rename(product: int, place: Place, session: Session) -> None:
    place.run(
        f"INSERT INTO pgtoll.pin VALUES ('{place.schema}.\"MrktSecret\"'::regclass, {product})",
        'ALTER TABLE "MrktSecret" RENAME TO plain',
    )
    with seen("plain", "marketing"):
        watched(session, "SELECT * FROM plain", lacked=product)


def test_long_values_stored_apart_are_seen(product: int, place: Place, session: Session) -> None:
    toast = place.value(
        "SELECT reltoastrelid::regclass::text FROM pg_class"
        f" WHERE oid = '{place.schema}.\"MrktSecret\"'::regclass"
    )
    with seen("MrktSecret", "marketing"):
        watched(session, f"SELECT * FROM {toast}", lacked=product)


@pytest.mark.since15
def test_patterns_match_ascii_case_and_nothing_else(place: Place, session: Session) -> None:
    place.run('CREATE TABLE "A_B%É" (x int)', "CREATE TABLE axb (x int)")
    product = place.product("odd", "a\\_b\\%É")
    with seen("A_B%É", "odd"):
        watched(session, 'SELECT * FROM "A_B%É"', lacked=product)
    watched(session, "SELECT * FROM axb", lacked=product)
    lower = place.product("lower", "a\\_b\\%é")
    watched(session, 'SELECT * FROM "A_B%É"', lacked=lower)


@pytest.mark.since15
def test_a_refused_touch_does_not_stand_against_the_next_statement(
    product: int, session: Session
) -> None:
    for _ in range(3):
        with seen("MrktSecret", "marketing"):
            watched(session, 'SELECT * FROM "MrktSecret"', lacked=product)
        watched(session, "SELECT * FROM open", lacked=product)


@pytest.mark.since15
def test_what_the_session_did_before_is_forgotten_when_settled(
    product: int, session: Session
) -> None:
    session.execute('SELECT * FROM "MrktSecret"')
    settle(session)
    watched(session, "SELECT * FROM open", lacked=product)


@pytest.mark.since15
def test_hostile_settings_change_nothing(product: int, place: Place, session: Session) -> None:
    place.run(
        "CREATE FUNCTION yes(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE OPERATOR = (FUNCTION = yes, LEFTARG = oid, RIGHTARG = oid)",
        "CREATE TABLE pg_locks (pid int)",
        "CREATE FUNCTION pg_backend_pid() RETURNS int LANGUAGE sql AS 'SELECT 0'",
    )
    for setting in (
        f"search_path = {place.schema}, pg_catalog",
        "standard_conforming_strings = off",
        "quote_all_identifiers = on",
        "transform_null_equals = on",
        "array_nulls = off",
        "plan_cache_mode = force_custom_plan",
        "row_security = off",
    ):
        session.execute(f"SET {setting}".encode())
    with seen("MrktSecret", "marketing"):
        watched(session, 'SELECT * FROM "MrktSecret"', lacked=product)
    watched(session, "SELECT * FROM open", lacked=product)


def test_temporary_tables_cannot_stand_in_for_ours(
    product: int, place: Place, session: Session
) -> None:
    session.execute("CREATE TEMP TABLE pg_locks AS SELECT * FROM pg_catalog.pg_locks WHERE false")
    session.execute("CREATE TEMP TABLE pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false")
    session.execute(f"SET search_path = pg_temp, pg_catalog, {place.schema}".encode())
    with seen("MrktSecret", "marketing"):
        watched(session, 'SELECT * FROM "MrktSecret"', lacked=product)


def test_nobody_else_may_use_or_replace_what_is_ours(place: Place) -> None:
    role = f"role_{place.schema}"
    place.run(f"CREATE ROLE {role} LOGIN")
    try:
        with place.session(user=role) as session:
            session.execute("SELECT pgtoll.witness(1, ARRAY[]::int[], ARRAY[]::int[], true)")
            for sql in (
                "SELECT * FROM pgtoll.document",
                "SELECT * FROM pgtoll.seat",
                "SELECT * FROM pgtoll.element",
                "INSERT INTO pgtoll.seat (product, username) VALUES ('marketing', 'me')",
                "DELETE FROM pgtoll.ledger",
                "UPDATE pgtoll.clock SET highest = now()",
                "TRUNCATE pgtoll.pin",
                "CREATE TABLE pgtoll.mine (x int)",
                "SELECT pgtoll.lock_ledger(ARRAY[]::pgtoll.known[])",
                "SELECT pgtoll.listen_to_ddl()",
                "SELECT pgtoll.know(1)",
                "DROP FUNCTION pgtoll.witness(int, int[], int[], boolean)",
                "CREATE OR REPLACE FUNCTION pgtoll.witness(cap int, demo int[], lacked int[],"
                " final boolean) RETURNS void LANGUAGE sql AS ''",
                "ALTER FUNCTION pgtoll.witness(int, int[], int[], boolean) RESET ALL",
                "DROP SCHEMA pgtoll CASCADE",
                "DROP EVENT TRIGGER pgtoll_ddl_end",
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    session.execute(sql.encode())
    finally:
        place.run(f"DROP ROLE {role}")


def test_a_manager_may_do_what_the_commands_do_and_no_more(place: Place) -> None:
    role = f"manager_{place.schema}"
    place.run(f"CREATE ROLE {role} LOGIN IN ROLE pgtoll_manager")
    try:
        with place.session(user=role, autocommit=False) as session:
            session.execute("LOCK TABLE pgtoll.document IN SHARE ROW EXCLUSIVE MODE")
            session.execute("LOCK TABLE pgtoll.seat IN SHARE ROW EXCLUSIVE MODE")
            session.execute("INSERT INTO pgtoll.seat (product, username) VALUES ('p', 'u')")
            session.execute("DELETE FROM pgtoll.seat WHERE product = 'p'")
            session.execute("SELECT FROM pgtoll.refusal, pgtoll.seat_history, pgtoll.document")
            for sql in (
                "INSERT INTO pgtoll.seat VALUES ('p', 'u', '2000-01-01', 'me')",
                "UPDATE pgtoll.seat SET granted_at = '2000-01-01'",
                "DELETE FROM pgtoll.seat_history",
                "DELETE FROM pgtoll.element",
                "INSERT INTO pgtoll.exempt VALUES ('%', '%')",
                "DELETE FROM pgtoll.pin",
                "UPDATE pgtoll.clock SET highest = '-infinity'",
            ):
                with pytest.raises(errors.InsufficientPrivilege), session.transaction():
                    session.execute(sql.encode())
    finally:
        place.run(f"DROP ROLE {role}")


def test_the_error_has_the_state_that_the_proxy_looks_for(product: int, session: Session) -> None:
    with pytest.raises(psycopg.DatabaseError) as caught:
        watched(session, 'SELECT * FROM "MrktSecret"', lacked=product)
    assert (caught.value.sqlstate, caught.value.diag.message_primary) == ("TOLL2", "watch")

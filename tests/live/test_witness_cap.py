"""The cap: what counts as rows of a table, and what is refused when they are too many."""

import psycopg
import pytest
from psycopg import errors
from witnessed import BASE, CAP, Place, capped, check, fill, full

pytestmark = pytest.mark.live


def test_a_table_takes_rows_up_to_the_cap(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")
    with place.session() as session:
        capped(session, fill("t", CAP))
        with full("t"):
            capped(session, "INSERT INTO t VALUES (0)")
    assert place.rows("t") == CAP


def test_the_refusal_names_schema_and_cap(place: Place) -> None:
    place.run('CREATE TABLE "Odd ""name" (x int)')
    with place.session() as session, pytest.raises(psycopg.DatabaseError) as caught:
        capped(session, fill('"Odd ""name"', CAP + 1))
    diag = caught.value.diag
    assert (diag.message_primary, diag.schema_name) == ("cap", place.schema)
    assert (diag.table_name, diag.message_hint) == ('Odd "name', str(CAP))


@pytest.mark.parametrize(
    "sql",
    [
        f"INSERT INTO t SELECT g FROM generate_series(1, {CAP + 1}) g RETURNING x",
        f"WITH i AS (INSERT INTO t SELECT generate_series(1, {CAP + 1}) RETURNING x) TABLE i",
        f"MERGE INTO t USING generate_series(1, {CAP + 1}) g ON false"
        " WHEN NOT MATCHED THEN INSERT VALUES (g)",
        f"DO $$ BEGIN EXECUTE 'INSERT INTO t SELECT generate_series(1, {CAP + 1})'; END $$",
        f"INSERT INTO source SELECT generate_series(1, {CAP + 1})",
        f"TRUNCATE t; INSERT INTO t SELECT generate_series(1, {CAP + 1})",
        f"INSERT INTO view_of_t SELECT generate_series(1, {CAP + 1})",
        f"DELETE FROM t; INSERT INTO t SELECT generate_series(1, {CAP + 1})",
    ],
)
def test_every_way_of_inserting_is_counted(place: Place, sql: str) -> None:
    place.run(
        "CREATE TABLE t (x int)",
        "CREATE VIEW view_of_t AS SELECT x FROM t",
        "CREATE TABLE source (x int)",
        "CREATE FUNCTION copy_row() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN INSERT INTO t VALUES (NEW.x); RETURN NULL; END'",
        "CREATE TRIGGER copy BEFORE INSERT ON source FOR EACH ROW EXECUTE FUNCTION copy_row()",
    )
    with place.session() as session:
        with full("t"):
            capped(session, sql)
        capped(session, sql.replace(str(CAP + 1), str(CAP)))
    assert place.rows("t") == CAP


@pytest.mark.parametrize("sql", ["CREATE TABLE made AS {}", "SELECT * INTO made FROM ({}) q"])
def test_a_table_made_with_its_rows_is_counted(place: Place, sql: str) -> None:
    with place.session() as session:
        with full("made"):
            capped(session, sql.format(f"SELECT generate_series(1, {CAP + 1})"))
        capped(session, sql.format(f"SELECT generate_series(1, {CAP})"))


def test_copy_is_counted(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")
    with place.session(autocommit=False) as session:
        with session.cursor().copy("COPY t FROM STDIN") as copy:
            copy.write("1\n" * (CAP + 1))
        with full("t"):
            session.execute(check(demo=(BASE,)).encode())
    assert place.rows("t") == 0


def test_what_adds_no_row_is_not_refused_over_the_cap(place: Place) -> None:
    place.run("CREATE TABLE t (x int PRIMARY KEY, y int)", fill("t", CAP + 5))
    with place.session() as session:
        capped(session, "UPDATE t SET y = 1")
        capped(session, "SELECT * FROM t FOR UPDATE")
        capped(session, "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING")
        capped(session, "DELETE FROM t WHERE x = 1")
        with full("t"):
            capped(session, "INSERT INTO t VALUES (1)")
        capped(session, "DELETE FROM t WHERE x <= 6")
        capped(session, "INSERT INTO t VALUES (1)")
    assert place.rows("t") == CAP


def test_an_upsert_that_updates_passes_at_the_cap(place: Place) -> None:
    place.run("CREATE TABLE t (x int PRIMARY KEY, y int)", fill("t", CAP))
    with place.session() as session:
        capped(session, "INSERT INTO t VALUES (1, 2) ON CONFLICT (x) DO UPDATE SET y = 2")
        with full("t"):
            capped(session, "INSERT INTO t VALUES (0, 2) ON CONFLICT (x) DO UPDATE SET y = 2")


@pytest.mark.since15
def test_a_refused_insert_does_not_stand_against_the_next_statement(place: Place) -> None:
    place.run("CREATE TABLE t (x int)", fill("t", CAP + 5))
    with place.session() as session:
        for _ in range(3):
            with full("t"):
                capped(session, "INSERT INTO t VALUES (1)")
            capped(session, "DELETE FROM t WHERE x = 1")
            capped(session, "UPDATE t SET x = 1 WHERE x = 2")


def test_rows_that_were_taken_back_do_not_count(place: Place) -> None:
    place.run("CREATE TABLE t (x int)", fill("t", CAP - 1))
    with place.session(autocommit=False) as session:
        session.execute("SAVEPOINT s")
        session.execute(fill("t", CAP).encode())
        session.execute("ROLLBACK TO s")
        session.execute("INSERT INTO t VALUES (0)")
        session.execute(check(demo=(BASE,)).encode())
    assert place.rows("t") == CAP


def test_rows_that_were_taken_back_do_not_stand_against_a_full_table(place: Place) -> None:
    place.run("CREATE TABLE t (x int)", fill("t", CAP + 1))
    with place.session(autocommit=False) as session:
        session.execute("SAVEPOINT s")
        session.execute("INSERT INTO t VALUES (0)")
        session.execute("ROLLBACK TO s")
        session.execute(check(demo=(BASE,)).encode())


def test_the_check_in_the_middle_counts_without_locking(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")
    middle = check(demo=(BASE,), final=False).encode()
    with place.session(autocommit=False) as first, place.session(autocommit=False) as second:
        for session in (first, second):
            session.execute("SET lock_timeout = '1s'")
            session.execute(fill("t", CAP).encode())
            session.execute(middle)
        with full("t"):
            first.execute("INSERT INTO t VALUES (0)")
            first.execute(middle)


def test_temporary_and_foreign_rows_are_free(place: Place) -> None:
    with place.session() as session:
        session.execute("CREATE TEMP TABLE mine (x int)")
        capped(session, fill("mine", CAP + 1))


def test_unlogged_tables_are_capped(place: Place) -> None:
    place.run("CREATE UNLOGGED TABLE t (x int)")
    with place.session() as session, full("t"):
        capped(session, fill("t", CAP + 1))


def test_a_materialized_view_is_no_table(place: Place) -> None:
    place.run(f"CREATE MATERIALIZED VIEW m AS SELECT generate_series(1, {CAP + 1}) x")
    with place.session() as session:
        capped(session, "REFRESH MATERIALIZED VIEW m")


def test_exempt_tables_take_any_number(place: Place) -> None:
    place.run(
        "CREATE TABLE logentry (x int)",
        f"INSERT INTO pgtoll.exempt VALUES ('{place.schema}', 'log%')",
    )
    with place.session() as session:
        capped(session, fill("LogEntry", CAP + 1))


def test_deferred_triggers_are_counted(place: Place) -> None:
    place.run(
        "CREATE TABLE t (x int)",
        "CREATE TABLE source (x int)",
        "CREATE FUNCTION copy_row() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN INSERT INTO t VALUES (NEW.x); RETURN NULL; END'",
        "CREATE CONSTRAINT TRIGGER copy AFTER INSERT ON source DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION copy_row()",
        fill("t", CAP),
    )
    with place.session() as session, full("t"):
        capped(session, "INSERT INTO source VALUES (1)")


def test_rows_that_row_security_hides_are_counted(place: Place) -> None:
    role = f"role_{place.schema}"
    place.run(
        "CREATE TABLE t (x int)",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY none ON t FOR SELECT USING (false)",
        "CREATE POLICY ins ON t FOR INSERT WITH CHECK (true)",
        f"CREATE ROLE {role} LOGIN",
        f"GRANT USAGE ON SCHEMA {place.schema} TO {role}",
        f"GRANT INSERT ON t TO {role}",
        fill("t", CAP),
    )
    try:
        with place.session(user=role) as session, full("t"):
            capped(session, "INSERT INTO t VALUES (1)")
    finally:
        place.run(f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_a_table_dropped_in_the_transaction_is_not_missed(place: Place) -> None:
    with place.session() as session:
        capped(session, f"CREATE TABLE t (x int);{fill('t', CAP + 1)};DROP TABLE t")


@pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
def test_an_old_snapshot_cannot_count_and_must_try_again(place: Place, isolation: str) -> None:
    place.run("CREATE TABLE t (x int)", fill("t", CAP - 1))
    with place.session() as first, place.session(autocommit=False) as second:
        second.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}".encode())
        second.execute("SELECT * FROM t")
        capped(first, "INSERT INTO t VALUES (1)")
        second.execute("INSERT INTO t VALUES (2)")
        with pytest.raises(errors.SerializationFailure):
            second.execute(check(demo=(BASE,)).encode())
    assert place.rows("t") == CAP


def test_a_prepared_transaction_keeps_its_place(place: Place) -> None:
    place.run("CREATE TABLE t (x int)", fill("t", CAP - 1))
    with place.session() as first, place.session() as second:
        first.execute("BEGIN")
        capped(first, "INSERT INTO t VALUES (1)")
        first.execute(f"PREPARE TRANSACTION '{place.schema}'".encode())
        second.execute("SET lock_timeout = '100ms'")
        with pytest.raises(errors.LockNotAvailable):
            capped(second, "INSERT INTO t VALUES (2)")
        first.execute(f"COMMIT PREPARED '{place.schema}'".encode())
        with full("t"):
            capped(second, "INSERT INTO t VALUES (2)")


def test_a_cursor_with_hold_cannot_insert_after_the_check(place: Place) -> None:
    place.run(
        "CREATE TABLE t (x int)",
        "CREATE FUNCTION ins() RETURNS void LANGUAGE sql AS"
        f" 'INSERT INTO t SELECT generate_series(1, {CAP + 1})'",
    )
    declare = "DECLARE c CURSOR WITH HOLD FOR SELECT ins()"
    with place.session() as session:
        for sql in (declare, f"DO $$ BEGIN EXECUTE '{declare}'; END $$"):
            with pytest.raises(errors.InsufficientPrivilege, match='cursor "c" WITH HOLD'):
                capped(session, sql)
        capped(session, f"{declare}; CLOSE c")
    assert place.rows("t") == 0


def test_a_cursor_with_hold_from_before_is_nobodys_business(place: Place) -> None:
    place.run("CREATE TABLE t (x int)")
    with place.session() as session:
        session.execute("DECLARE c CURSOR WITH HOLD FOR SELECT 1")
        capped(session, "INSERT INTO t VALUES (1)")
        assert session.execute("FETCH ALL FROM c").fetchall() == [(1,)]


def test_where_counting_may_be_off_locks_are_gone_by(place: Place) -> None:
    place.run("CREATE TABLE t (x int)", fill("t", CAP - 1))
    with place.session() as session:
        session.execute("SET track_counts = off")
        capped(session, fill("t", 1))
        with full("t"):
            capped(session, fill("t", 1))
        capped(session, "SELECT FROM t")
        with pytest.raises(errors.InsufficientPrivilege, match="track_counts"):
            session.execute(f"SELECT 1; {check(lacked=(BASE,))}".encode())
    assert place.rows("t") == CAP


@pytest.mark.since15
def test_whoever_may_turn_counting_off_could_have_done_so(place: Place) -> None:
    place.run("CREATE TABLE t (x int)", fill("t", CAP))
    with place.session() as session:
        session.execute("GRANT SET ON PARAMETER track_counts TO pg_monitor")
        try:
            session.execute(
                "CREATE FUNCTION put() RETURNS void LANGUAGE sql SET track_counts = off"
                " AS 'INSERT INTO t VALUES (0)'"
            )
            with full("t"):
                capped(session, "SELECT put()")
        finally:
            session.execute("REVOKE SET ON PARAMETER track_counts FROM pg_monitor")
    assert place.rows("t") == CAP


def test_tables_are_counted_that_the_name_of_their_schema_caps(place: Place) -> None:
    other = f"{place.schema}_other"
    demo = place.product("crm", "%")
    place.run(f"UPDATE pgtoll.element SET in_schema = '{other}' WHERE product = {demo}")
    place.run("CREATE TABLE t (x int)", fill("t", CAP + 1))
    with place.session() as session:
        rename = f"ALTER SCHEMA {place.schema} RENAME TO {other}"
        with pytest.raises(psycopg.DatabaseError, match="cap"):
            session.execute(f"{rename}; {check(demo=(demo,))}".encode())
        session.execute(f"DELETE FROM {place.schema}.t WHERE x = 1".encode())
        session.execute(f"{rename}; {check(demo=(demo,))}".encode())
    place.database.execute(f"ALTER SCHEMA {other} RENAME TO {place.schema}")

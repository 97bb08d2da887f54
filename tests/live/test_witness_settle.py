"""The last check of a transaction: nothing deferred follows it, and it waits for nobody in vain."""

import psycopg
import pytest
from psycopg import errors
from witnessed import BASE, CAP, Place, capped, check, fill, full

pytestmark = pytest.mark.live

# Each of its rows makes `t` fuller by a row, and if it is told to, defers the next such trigger.
CHAIN = (
    "CREATE TABLE t (x int)",
    "CREATE TABLE link (depth int, again boolean)",
    "CREATE FUNCTION go_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF NEW.again THEN SET CONSTRAINTS next DEFERRED; END IF;"
    " IF NEW.depth > 0 THEN INSERT INTO link VALUES (NEW.depth - 1, NEW.again); END IF;"
    " INSERT INTO t VALUES (NEW.depth); RETURN NULL; END $$",
    "CREATE CONSTRAINT TRIGGER next AFTER INSERT ON link DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION go_on()",
)


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_triggers_that_defer_each_other_do_not_get_past_the_check(place: Place, depth: int) -> None:
    place.run(*CHAIN, fill("t", CAP - 1))
    with place.session() as session:
        with pytest.raises(psycopg.Error) as caught:
            capped(session, f"INSERT INTO link VALUES ({depth}, true)")
        assert caught.value.sqlstate in ("TOLL1", errors.InsufficientPrivilege.sqlstate)
        assert place.rows("t") == CAP - 1


def test_a_table_that_is_emptied_does_not_make_up_for_what_was_deferred(place: Place) -> None:
    place.run(
        "CREATE TABLE ballast (x int)",
        "CREATE TABLE stage (level int)",
        "CREATE FUNCTION go_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " SET CONSTRAINTS ALL DEFERRED; INSERT INTO stage VALUES (NEW.level + 1);"
        " IF NEW.level = 2 THEN TRUNCATE ballast; END IF; RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER next AFTER INSERT ON stage DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW WHEN (NEW.level < 3) EXECUTE FUNCTION go_on()",
    )
    with place.session() as session, pytest.raises(errors.InsufficientPrivilege):
        capped(session, "INSERT INTO ballast VALUES (1); INSERT INTO stage VALUES (1)")
    assert place.rows("stage") == 0


def test_deferred_triggers_that_come_to_an_end_are_nobodys_business(place: Place) -> None:
    place.run(*CHAIN)
    with place.session() as session:
        capped(session, f"INSERT INTO link VALUES ({CAP - 1}, false)")
        with full("t"):
            capped(session, "INSERT INTO link VALUES (0, false)")
    assert place.rows("t") == CAP


def test_a_trigger_that_is_run_late_says_nothing_of_its_own(place: Place) -> None:
    place.run(
        *CHAIN,
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.depth = 0 THEN RAISE EXCEPTION 'secret'; END IF; RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER tell AFTER INSERT ON link DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION tell()",
    )
    with place.session() as session, pytest.raises(psycopg.Error) as caught:
        session.execute(
            "INSERT INTO link VALUES (2, true); SET CONSTRAINTS next IMMEDIATE;"
            " SELECT pgtoll.settle(10, ARRAY[]::int[], ARRAY[]::int[])"
        )
    assert "secret" not in str(caught.value)


def test_a_search_path_changes_nothing_of_it(place: Place) -> None:
    place.run(
        *CHAIN,
        "CREATE FUNCTION pass(bigint, bigint) RETURNS bool LANGUAGE sql AS 'SELECT false'",
        "CREATE OPERATOR <> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = pass)",
        "CREATE FUNCTION changes() RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'",
    )
    with place.session() as session:
        session.execute(f"SET search_path = {place.schema}, pg_catalog".encode())
        with pytest.raises(errors.InsufficientPrivilege):
            capped(session, "INSERT INTO link VALUES (5, true)")


def test_an_expression_that_a_deferred_exclusion_evaluates_is_run_before(place: Place) -> None:
    place.run(
        "CREATE TABLE t (x int)",
        "CREATE TABLE source (x int)",
        "CREATE FUNCTION add_row(x int) RETURNS int LANGUAGE plpgsql AS"
        f" $$ BEGIN INSERT INTO {place.schema}.t VALUES (x); RETURN x; END $$",
        "CREATE FUNCTION quietly(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
        f" $$ BEGIN RETURN {place.schema}.add_row(x); END $$",
        "ALTER TABLE source ADD CONSTRAINT once EXCLUDE USING btree (quietly(x) WITH =)"
        " DEFERRABLE INITIALLY DEFERRED",
        fill("t", CAP - 1),
    )
    with place.session() as session, pytest.raises(psycopg.Error):
        capped(session, "INSERT INTO source VALUES (1), (1)")
    assert place.rows("t") == CAP - 1


def test_who_prepared_a_transaction_does_not_wait_for_it(place: Place) -> None:
    place.run("CREATE TABLE t (x int)", fill("t", 2), "CREATE TABLE other (x int)")
    name = f"{place.schema}_prepared"
    with place.session() as session:
        session.execute("BEGIN")
        session.execute(f"INSERT INTO t VALUES (1);{check(demo=(BASE,))}".encode())
        session.execute(f"PREPARE TRANSACTION '{name}'".encode())
        capped(session, "INSERT INTO other VALUES (1)")
        with pytest.raises(errors.LockNotAvailable, match="of a prepared transaction") as caught:
            capped(session, "INSERT INTO t VALUES (2)")
        assert "COMMIT PREPARED" in str(caught.value.diag.message_hint)
        session.execute(f"COMMIT PREPARED '{name}'".encode())
        capped(session, "INSERT INTO t VALUES (3)")
    assert place.rows("t") == 4


def test_the_catalogs_that_are_looked_at_are_these(place: Place) -> None:
    wanted = (
        "pg_class pg_proc pg_rewrite pg_trigger pg_inherits pg_attrdef pg_constraint pg_policy"
        " pg_operator pg_cast pg_type pg_depend pg_event_trigger pg_namespace pg_aggregate pg_index"
    )
    body = str(place.value("SELECT prosrc FROM pg_proc WHERE proname = 'witness'"))
    listed = {int(oid) for oid in body.split("'{")[1].split("}'")[0].split(",")}
    names = place.value(
        f"SELECT string_agg(c::oid::regclass::text, ' ') FROM unnest(ARRAY{sorted(listed)}) c"
    )
    assert set(str(names).split()) == set(wanted.split())

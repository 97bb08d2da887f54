"""Whom the functions about operations are asked about, and that nobody can forge the answer."""

import pytest
from licensees import CHECK, HAS, LICENSEE, People, licensed, refusal, value

pytestmark = pytest.mark.live


# Who is asked about


def test_an_impersonator_asks_for_whom_it_works(people: People) -> None:
    licensed(people)
    with people.session(people.app, autocommit=False) as session:
        assert value(session, HAS) is False
        session.execute(f"SET LOCAL pgtoll.\"user\" = '{people.alice}'".encode())
        assert value(session, HAS) is True
        session.execute(f"SET pgtoll.\"user\" = '{people.bob}'".encode())
        assert value(session, HAS) is False
        assert people.bob in (refusal(session, CHECK).message_primary or "")
        session.rollback()
        assert value(session, HAS) is False
        session.execute("SELECT set_config('pgtoll.user', %s, false)", [people.alice])
        assert value(session, HAS) is True
        session.execute('RESET pgtoll."user"')
        assert value(session, LICENSEE) == people.app
    with people.session(people.app, options=f"-c pgtoll.user={people.alice}") as session:
        assert value(session, LICENSEE) == people.alice
        session.execute("DISCARD ALL")
        session.execute("SET pgtoll.\"user\" = ''")
        assert value(session, LICENSEE) == people.app


def test_nobody_else_becomes_another_by_a_setting(people: People) -> None:
    licensed(people)
    people.database.execute(
        f"GRANT {people.app}, {people.alice} TO {people.bob};"
        f"ALTER ROLE {people.bob} SET pgtoll.\"user\" = '{people.alice}'"
    )
    with people.session(people.bob, options=f"-c pgtoll.user={people.alice}") as session:
        for sql in (
            "SELECT 1",
            f"SET pgtoll.\"user\" = '{people.alice}'",
            f"SELECT set_config('pgtoll.user', '{people.alice}', false)",
            f"SET ROLE {people.app}",
            f"SET ROLE {people.alice}",
        ):
            session.execute(sql.encode())
            assert (value(session, HAS), value(session, LICENSEE)) == (False, people.bob), sql


def test_whoever_runs_a_function_is_asked_about_and_not_its_owner(people: People) -> None:
    licensed(people)
    people.database.execute(
        f"GRANT CREATE ON SCHEMA public TO {people.alice};"
        "DROP FUNCTION IF EXISTS public.asks();"
        "CREATE FUNCTION public.asks() RETURNS boolean LANGUAGE sql SECURITY DEFINER"
        f" AS $$ {HAS} $$; ALTER FUNCTION public.asks() OWNER TO {people.alice}"
    )
    for user, allowed in ((people.alice, True), (people.bob, False)):
        with people.session(user) as session:
            assert value(session, "SELECT public.asks()") is allowed


# What a user may do to change the answer

IN_OWN_SCHEMA = (
    "CREATE FUNCTION {s}.true_of(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE OPERATOR {s}.= (LEFTARG = text, RIGHTARG = text, FUNCTION = {s}.true_of)",
    "CREATE FUNCTION {s}.true_of(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE OPERATOR {s}.= (LEFTARG = int, RIGHTARG = int, FUNCTION = {s}.true_of)",
    "CREATE FUNCTION {s}.true_of(bigint, int) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE OPERATOR {s}.< (LEFTARG = bigint, RIGHTARG = int, FUNCTION = {s}.true_of)",
    "CREATE FUNCTION {s}.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
    "CREATE FUNCTION {s}.current_setting(text, boolean) RETURNS text LANGUAGE sql"
    " AS $$SELECT '{u}'$$",
    "CREATE FUNCTION {s}.bool_or(boolean) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE FUNCTION {s}.bool_and(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE DOMAIN {s}.text AS pg_catalog.text DEFAULT '{u}'",
    "CREATE TABLE {s}.seat (product pg_catalog.text, username pg_catalog.text)",
    "CREATE TEMPORARY TABLE seat (product pg_catalog.text, username pg_catalog.text)",
    "CREATE TEMPORARY TABLE pg_class (relname name)",
    "SET search_path = {s}, pg_temp, pg_catalog",
    "SET plpgsql.extra_errors = 'all'",
    "SET plan_cache_mode = force_custom_plan",
    "SET row_security = off",
    "SET transform_null_equals = on",
    "SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German, DMY'",
    "SET standard_conforming_strings = off",
    "SET default_transaction_isolation = 'serializable'",
    "SET quote_all_identifiers = on",
)


def test_nothing_of_ones_own_changes_the_answer(people: People) -> None:
    licensed(people)
    schema = f"own_{people.bob}"
    people.database.execute(f"CREATE SCHEMA {schema} AUTHORIZATION {people.bob}")
    with people.session(people.bob) as session:
        for sql in IN_OWN_SCHEMA:
            session.execute(sql.format(s=schema, u=people.alice).encode())
            assert value(session, HAS) is False, sql
        session.execute("DISCARD PLANS")
        assert value(session, HAS) is False
        diag = refusal(session, CHECK)
    assert diag.sqlstate == "42501"
    assert people.bob in (diag.message_primary or "")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM pgtoll.operation",
        "SELECT * FROM pgtoll.coverage",
        "SELECT * FROM pgtoll.impersonator",
        "INSERT INTO pgtoll.impersonator SELECT session_user",
        "UPDATE pgtoll.coverage SET server = true",
        "DELETE FROM pgtoll.coverage",
        "DELETE FROM pgtoll.operation",
        "INSERT INTO pgtoll.seat (product, username) VALUES ('marketing', session_user)",
        "CREATE FUNCTION pgtoll.has_operation_license(varchar) RETURNS boolean"
        " LANGUAGE sql AS 'SELECT true'",
        "CREATE OR REPLACE FUNCTION pgtoll.has_operation_license(code text) RETURNS boolean"
        " LANGUAGE sql AS 'SELECT true'",
        "ALTER FUNCTION pgtoll.has_operation_license(text) SECURITY INVOKER",
        "SELECT pgtoll.license_user()",
        "SELECT pgtoll.present()",
        "SELECT * FROM pgtoll.operation_states('MrktApp.Use', 'alice', now())",
        "SELECT * FROM pgtoll.operation_answer('MrktApp.Use', 'alice', now())",
    ],
)
def test_nobody_writes_or_reads_what_the_answer_rests_on(people: People, sql: str) -> None:
    licensed(people)
    with people.session(people.bob) as session:
        assert refusal(session, sql).sqlstate == "42501"
        assert value(session, HAS) is False


def test_license_administrators_name_no_impersonators(people: People) -> None:
    people.database.execute(f"GRANT pgtoll_manager TO {people.bob}")
    with people.session(people.bob) as session:
        for table in ("impersonator", "coverage", "operation"):
            sql = f"DELETE FROM pgtoll.{table}"
            assert refusal(session, sql).sqlstate == "42501"

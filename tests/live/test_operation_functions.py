"""The functions of schema pgtoll that tell about operations answer as the policy does."""

import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest
from licensees import CHECK, HAS, People, hold, licensed, refusal, value
from operation_examples import EXAMPLES, USE
from servers import Postgres

from pgtoll_policy.operations import answer

pytestmark = pytest.mark.live


def test_the_database_answers_as_the_policy(answering: Postgres) -> None:
    asked = (
        "SELECT product, allowed, message, reason, hint FROM pgtoll.operation_answer(%s, %s, %s)"
    )
    for name, example in EXAMPLES.items():
        hold(answering, *example.documents, seats=example.seats)
        said = answer(example.policy, example.code, example.user, example.at)
        with answering.connect() as session:
            row = session.execute(asked, [example.code, example.user, example.at]).fetchone()
        expected = (said.product, said.allowed, said.message, said.reason, said.hint)
        assert row == expected, name


def test_everybody_is_answered(people: People) -> None:
    licensed(people)
    for user, allowed in ((people.alice, True), (people.bob, False), (people.app, False)):
        with people.session(user) as session:
            assert value(session, HAS) is allowed
            assert value(session, "SELECT pgtoll.has_operation_license('MrktApp.Uze')") is False
            assert value(session, "SELECT pgtoll.has_operation_license(NULL)") is False
    with people.session(people.alice) as session:
        assert value(session, CHECK) == ""


def test_a_refused_check_says_what_the_proxy_says(people: People) -> None:
    licensed(people)
    with people.session(people.bob) as session:
        diag = refusal(session, CHECK)
    assert (diag.sqlstate, diag.message_primary, diag.message_detail, diag.message_hint) == (
        "42501",
        f'no license for operation "{USE}" of product "marketing" for user "{people.bob}"',
        "user has no seat of the personal license",
        f"Ask a license administrator to grant a seat: pgtoll seats grant marketing {people.bob}",
    )


@pytest.mark.parametrize("code", ["'MrktApp.Uze'", "NULL", "''"])
def test_a_code_of_no_product_is_a_wrong_argument(people: People, code: str) -> None:
    licensed(people)
    with people.session(people.alice) as session:
        diag = refusal(session, f"SELECT pgtoll.check_operation_license({code})")
    assert diag.sqlstate == "22023"
    assert (diag.message_primary or "").startswith("no product has operation")


def test_everything_may_be_used_in_demo_mode(people: People) -> None:
    hold(people.database)
    with people.session(people.bob) as session:
        assert value(session, HAS) is True
        assert value(session, CHECK) == ""


def test_a_seat_counts_from_the_moment_it_is_granted_to_the_one_it_is_revoked(
    people: People,
) -> None:
    licensed(people)
    with people.session(people.alice) as session, people.database.connect() as manager:
        assert value(session, HAS) is True
        manager.execute("DELETE FROM pgtoll.seat")
        assert value(session, HAS) is False
        manager.execute(
            "INSERT INTO pgtoll.seat (product, username) VALUES ('marketing', %s)", [people.alice]
        )
        assert value(session, HAS) is True


def test_a_clock_that_is_turned_back_brings_no_license_back(people: People) -> None:
    licensed(people)
    people.database.execute("UPDATE pgtoll.clock SET highest = now() + interval '10 days'")
    try:
        with people.session(people.alice) as session:
            assert value(session, HAS) is False
            assert "license expired on" in (refusal(session, CHECK).message_detail or "")
    finally:
        people.database.execute("UPDATE pgtoll.clock SET highest = '-infinity'")


def test_an_expiry_holds_inside_a_transaction_that_began_before(people: People) -> None:
    licensed(people, ends=timedelta(seconds=1.5))
    with people.session(people.alice, autocommit=False) as session:
        session.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        assert value(session, HAS) is True
        session.execute("SELECT pg_sleep(1.6)")
        assert value(session, HAS) is False


# Where it may be asked

ROWS = 2000


@pytest.fixture
def sheet(people: People) -> Iterator[str]:
    """A table that everybody may use."""
    name = f"public.sheet_{secrets.token_hex(4)}"
    people.database.execute(
        f"CREATE TABLE {name} (x int); GRANT ALL ON {name} TO PUBLIC;"
        f"INSERT INTO {name} SELECT generate_series(1, {ROWS})"
    )
    yield name
    people.database.execute(f"DROP TABLE {name} CASCADE")


def seen(people: People, user: str, sql: str, *settings: str) -> object:
    with people.session(user) as session:
        for setting in settings:
            session.execute(setting.encode())
        return value(session, sql)


@pytest.mark.parametrize("condition", ["({})", "((SELECT {}))"])
def test_row_security(people: People, sheet: str, condition: str) -> None:
    licensed(people)
    using = condition.format(f"pgtoll.has_operation_license('{USE}')")
    people.database.execute(
        f"ALTER TABLE {sheet} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY licensed ON {sheet} USING {using} WITH CHECK {using}"
    )
    count = f"SELECT count(*) FROM {sheet}"
    assert seen(people, people.alice, count) == ROWS
    assert seen(people, people.bob, count) == 0
    with people.session(people.bob) as session:
        insert = f"INSERT INTO {sheet} VALUES (1)"
        assert "row-level security" in (refusal(session, insert).message_primary or "")


def test_triggers(people: People, sheet: str) -> None:
    licensed(people)
    people.database.execute(
        f"DROP FUNCTION IF EXISTS public.guard() CASCADE;"
        "CREATE FUNCTION public.guard() RETURNS trigger LANGUAGE plpgsql AS $$"
        f"BEGIN PERFORM pgtoll.check_operation_license('{USE}'); RETURN NEW; END $$;"
        f"CREATE TRIGGER guard BEFORE INSERT ON {sheet} FOR EACH ROW EXECUTE FUNCTION guard()"
    )
    with people.session(people.alice) as session:
        session.execute(f"INSERT INTO {sheet} VALUES (1)".encode())
    with people.session(people.bob) as session:
        assert refusal(session, f"INSERT INTO {sheet} VALUES (1)").sqlstate == "42501"


def test_views(people: People, sheet: str) -> None:
    licensed(people)
    people.database.execute(
        f"CREATE VIEW {sheet}_seen AS SELECT x FROM {sheet}"
        f" WHERE pgtoll.has_operation_license('{USE}'); GRANT SELECT ON {sheet}_seen TO PUBLIC"
    )
    count = f"SELECT count(*) FROM {sheet}_seen"
    assert seen(people, people.alice, count) == ROWS
    assert seen(people, people.bob, count) == 0


def test_parallel_workers(people: People, sheet: str) -> None:
    licensed(people)
    force = ("force_parallel_mode", "debug_parallel_query")
    forced = force[people.database.version >= 160000]
    settings = (f"SET {forced} = on", f"SET pgtoll.\"user\" = '{people.alice}'")
    count = f"SELECT count(*) FROM {sheet} WHERE pgtoll.has_operation_license('{USE}')"
    with people.session(people.bob) as session:
        session.execute(settings[0].encode())
        plan = session.execute(f"EXPLAIN {count}".encode()).fetchall()
    assert any("Gather" in line for (line,) in plan)
    assert seen(people, people.alice, count, settings[0]) == ROWS
    assert seen(people, people.bob, count, *settings) == 0
    assert seen(people, people.app, count, *settings) == ROWS


def test_prepared_statements_and_transactions_that_only_read(people: People) -> None:
    licensed(people)
    with people.session(people.bob) as session:
        session.execute("SET default_transaction_read_only = on")
        for _ in range(7):
            row = session.execute(
                "SELECT pgtoll.has_operation_license(%s)", [USE], prepare=True
            ).fetchone()
            assert row == (False,)

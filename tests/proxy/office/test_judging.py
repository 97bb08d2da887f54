"""The desk judges statements as a proxy does, at the moment that it is asked."""

import pytest
from license_samples import DUE, NOW
from officing import Office, in_office
from servers import Postgres

from pgtoll.office.judging import RelationLine
from pgtoll.office.refusals import NotPossible

SELECT = "SELECT * FROM mrktinvoice"


def test_a_seat_decides_over_a_statement(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        refused = await office.desk.check(SELECT, user="bob", now=NOW)
        assert not refused.allowed
        (line,) = refused.statements
        assert (line.product, line.sqlstate) == ("marketing", "42501")
        assert line.relations == (RelationLine("public", "mrktinvoice", ("marketing",)),)
        await office.grant("bob")
        assert (await office.desk.check(SELECT, user="bob", now=NOW)).allowed
        assert not (await office.desk.check(SELECT, user="bob", now=DUE)).allowed

    in_office(any_database, story)


def test_a_new_table_is_known_at_once(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        assert (await office.desk.check("SELECT 1", user="bob", now=NOW)).allowed
        office.database.execute("CREATE TABLE mrktnew (); CREATE VIEW plain AS TABLE mrktnew")
        assert not (await office.desk.check("TABLE plain", user="bob", now=NOW)).allowed

    in_office(database, story)


def test_without_a_statement_there_is_nothing_to_judge(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        with pytest.raises(NotPossible, match="no statement in the text"):
            await office.desk.check(" -- nothing", user="bob", now=NOW)

    in_office(database, story)


def test_a_connection_that_was_lost_is_made_again(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        await office.desk.check(SELECT, user="bob", now=NOW)
        office.database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert not (await office.desk.check(SELECT, user="bob", now=NOW)).allowed

    in_office(database, story)


def test_operations_are_answered_for_whoever_is_named(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        await office.grant("bob")
        answers = {
            user: (await office.desk.operation("MrktApp.Use", user=user, now=NOW)).allowed
            for user in ("bob", "carol")
        }
        assert answers == {"bob": True, "carol": False}

    in_office(database, story)


def test_a_partition_is_emptied_in_demo_mode(database: Postgres) -> None:
    async def story(office: Office) -> None:
        office.database.execute(
            "CREATE TABLE parts (n int) PARTITION BY LIST (n);"
            "CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1)"
        )
        assert (await office.desk.check("TRUNCATE part_1", user="bob", now=NOW)).allowed

    in_office(database, story)

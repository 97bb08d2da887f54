"""What SHOW tells of licenses is what the desk says, under the names of its columns."""

from license_samples import NOW, PERSONAL
from officing import Office, in_office
from servers import Postgres

from pgtoll.admin import licensing
from pgtoll.admin.answers import Table, Value

Row = dict[str, Value]


def rows(table: Table) -> list[Row]:
    """The rows by the names of their columns."""
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def test_products_licenses_and_seats(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        await office.grant("alice", "bob")
        base, marketing = rows(await licensing.products(office.desk, NOW))
        assert (base["product"], base["state"]) == ("base", "demo")
        assert (marketing["seats"], marketing["granted"]) == (2, 2)
        (license,) = rows(await licensing.licenses(office.desk, NOW))
        assert (license["product"], license["type"], license["seats"]) == (
            "marketing",
            "personal",
            2,
        )
        assert license["days_left"] == (PERSONAL.due - NOW).days
        assert (license["state"], license["uploaded_by"]) == ("in force", office.anna)
        found = rows(await licensing.seats(office.desk, NOW))
        assert [(one["user"], one["counts"]) for one in found] == [("alice", "yes"), ("bob", "yes")]

    in_office(database, story)


def test_tables_in_demo_mode_and_what_they_hold(database: Postgres) -> None:
    async def story(office: Office) -> None:
        office.database.execute("INSERT INTO contact SELECT generate_series(1, 1000)")
        found = rows(await licensing.caps(office.desk, NOW))
        assert [(one["table"], one["rows"], one["cap"], one["state"]) for one in found] == [
            ("contact", 1000, 1000, "full"),
            ("mrktinvoice", 0, 1000, ""),
        ]

    in_office(database, story)


def test_the_latest_refusals(database: Postgres) -> None:
    async def story(office: Office) -> None:
        office.database.execute(
            "INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product,"
            " schema_name, table_name, sql, client) VALUES (now(), 'bob', 'refuse', '42501',"
            " 'marketing', 'public', 'mrktinvoice', 'TABLE mrktinvoice', '')"
        )
        (one,) = rows(await licensing.refusals(office.desk, NOW))
        assert (one["user"], one["sqlstate"], one["sql"]) == ("bob", "42501", "TABLE mrktinvoice")

    in_office(database, story)

"""A day is written down once, whoever comes first; what is old is forgotten."""

import asyncio
from datetime import timedelta

import pytest
from license_samples import NOW
from officing import Office, in_office
from psycopg.rows import TupleRow
from servers import Postgres

from pgtoll.office import sampling
from pgtoll.office.sampling import KEPT_DAYS, Sampling

TODAY = NOW.date()


def rows(database: Postgres, table: str) -> list[TupleRow]:
    with database.connect() as session:
        return session.execute(f"TABLE pgtoll.{table} ORDER BY 1, 2".encode()).fetchall()


def test_a_day_has_seats_rows_and_the_refusals_before_it(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        database = office.database
        await office.buy(3)
        await office.grant(office.anna, office.bea)
        database.execute(
            "INSERT INTO contact SELECT 'x' FROM generate_series(1, 7);"
            f"INSERT INTO pgtoll.seen VALUES ('{office.anna}', '{TODAY}'), ('zoe', '{TODAY}');"
            "INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product, schema_name,"
            " table_name, sql, client) SELECT at, who, 'refuse', '42501', 'marketing', '', '', '',"
            f" '' FROM (VALUES ('{TODAY - timedelta(1)} 23:59+00'::timestamptz, 'bob'),"
            f" ('{TODAY - timedelta(1)} 00:00+00', 'bob'), ('{TODAY - timedelta(1)} 9:00+00', 'c'),"
            f" ('{TODAY} 00:00+00', 'bob')) v (at, who)"
        )
        assert await Sampling().take(office.config, NOW)
        assert rows(database, "day") == [(TODAY, 2)]
        assert rows(database, "day_product") == [(TODAY, "marketing", 3, 2, 1)]
        assert rows(database, "day_table") == [(TODAY, "public", "contact", "base", 7, 1000)]
        assert rows(database, "day_refusal") == [
            (TODAY - timedelta(1), "marketing", "refuse", 3, 2)
        ]

    in_office(any_database, story)


def test_of_several_proxies_one_writes_a_day_down(database: Postgres) -> None:
    async def story(office: Office) -> None:
        takers = [Sampling() for _ in range(5)]
        took = await asyncio.gather(*(one.take(office.config, NOW) for one in takers))
        assert sum(took) == 1
        assert not any([await one.take(office.config, NOW) for one in takers])
        tomorrow = NOW + timedelta(days=1)
        assert [await one.take(office.config, tomorrow) for one in takers] == [True, *[False] * 4]
        assert len(rows(office.database, "day")) == 2

    in_office(database, story)


def test_what_was_counted_stays_when_refusals_are_deleted(database: Postgres) -> None:
    async def story(office: Office) -> None:
        base = office.database
        base.execute(
            "INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product, schema_name,"
            f" table_name, sql, client) VALUES ('{TODAY - timedelta(1)}', 'b', 'cap', '53400',"
            " 'base', '', '', '', '')"
        )
        await Sampling().take(office.config, NOW)
        base.execute("DELETE FROM pgtoll.refusal")
        await Sampling().take(office.config, NOW + timedelta(days=1))
        assert rows(base, "day_refusal") == [(TODAY - timedelta(1), "base", "cap", 1, 1)]

    in_office(database, story)


def test_two_years_are_kept_and_so_many_names(
    database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "MOST_USERS", 1)

    async def story(office: Office) -> None:
        base = office.database
        await office.buy(1)
        old, kept = TODAY - timedelta(KEPT_DAYS + 1), TODAY - timedelta(KEPT_DAYS - 1)
        base.execute(
            f"INSERT INTO pgtoll.day VALUES ('{old}', 1), ('{kept}', 1);"
            f"INSERT INTO pgtoll.day_product VALUES ('{old}', 'p', 1, 1, 1);"
            f"INSERT INTO pgtoll.day_refusal VALUES ('{old}', 'p', 'cap', 1, 1);"
            f"INSERT INTO pgtoll.seen VALUES ('a', '{old}'), ('b', '{kept}'), ('c', '{TODAY}')"
        )
        await Sampling().take(office.config, NOW)
        assert [row[0] for row in rows(base, "day")] == [kept, TODAY]
        assert [row[0] for row in rows(base, "day_product")] == [TODAY]
        assert rows(base, "day_refusal") == []
        assert [row[0] for row in rows(base, "seen")] == ["c"]

    in_office(database, story)

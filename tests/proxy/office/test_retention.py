"""The audit is kept as long as it is to be, and what was counted of it stays."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from license_samples import NOW
from officing import Office, in_office
from psycopg.errors import InsufficientPrivilege
from servers import Postgres

from pgtoll.config import Auditing, Config
from pgtoll.office import retention
from pgtoll.office.retention import Retention
from pgtoll.office.sampling import Sampling
from pgtoll.report.reading import read_figures

TODAY = NOW.date()
DAYS = 30

# One of each a day, at noon.
RECORDS = f"""
INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product, schema_name, table_name, sql,
    client)
  SELECT '{TODAY} 12:00+00'::timestamptz - n * interval '1 day', 'zoe', 'refuse', '42501',
    'marketing', '', '', '', '' FROM generate_series(1, 60) n;
INSERT INTO pgtoll.event (at, kind, outcome, username, act, message, client, proxy)
  SELECT '{TODAY} 12:00+00'::timestamptz - n * interval '1 day', 'login', 'done', 'dana',
    'console', '', '', '' FROM generate_series(1, 60) n
"""


def keeping(office: Office, days: int) -> Config:
    return replace(office.config, audit=Auditing(days=days))


def left(office: Office) -> tuple[int, int]:
    """How many refusals and events there are."""
    with office.database.connect() as session:
        row = session.execute(
            "SELECT (SELECT count(*) FROM pgtoll.refusal), (SELECT count(*) FROM pgtoll.event)"
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_what_is_older_goes_part_by_part_and_the_report_counts_the_same(
    any_database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 7)
    monkeypatch.setattr(retention, "PAUSE_SECONDS", 0)

    async def story(office: Office) -> None:
        office.database.execute(RECORDS)
        await Sampling().take(office.config, NOW)
        before = await read_figures(office.config, NOW, days=90, idle_days=90)
        assert sum(one.refusals for one in before.refusals) == 60
        kept, keeper = keeping(office, DAYS), Retention()
        assert await keeper.keep(kept, NOW) == 2 * (60 - DAYS)
        assert left(office) == (DAYS, DAYS)
        after = await read_figures(office.config, NOW, days=90, idle_days=90)
        assert after.refusals == before.refusals
        assert await keeper.keep(kept, NOW + timedelta(days=1)) == 2, "once a day"

    in_office(any_database, story)


def test_zero_is_for_ever(database: Postgres) -> None:
    async def story(office: Office) -> None:
        office.database.execute(RECORDS)
        await Sampling().take(office.config, NOW)
        assert await Retention().keep(keeping(office, 0), NOW) == 0
        assert left(office) == (60, 60)

    in_office(database, story)


def test_what_is_not_among_the_figures_of_its_day_stays(database: Postgres) -> None:
    async def story(office: Office) -> None:
        office.database.execute(RECORDS)
        await Retention().keep(keeping(office, DAYS), NOW)
        assert left(office) == (60, DAYS)
        office.database.execute(f"INSERT INTO pgtoll.day VALUES ('{TODAY - timedelta(50)}', 1)")
        await Retention().keep(keeping(office, DAYS), NOW)
        assert left(office) == (52, DAYS), "a record may come two days late"

    in_office(database, story)


def test_a_clock_that_runs_ahead_deletes_nothing(database: Postgres) -> None:
    async def story(office: Office) -> None:
        office.database.execute(RECORDS.replace(f"'{TODAY} 12:00+00'::timestamptz", "now()"))
        late = NOW + timedelta(days=9_000)
        office.database.execute(f"INSERT INTO pgtoll.day VALUES ('{late.date()}', 1)")
        assert await Retention().keep(keeping(office, 365), late) == 0
        assert left(office) == (60, 60)

    in_office(database, story)


def test_one_proxy_is_at_it_and_waits_for_nobody(database: Postgres) -> None:
    async def story(office: Office) -> None:
        office.database.execute(RECORDS)
        await Sampling().take(office.config, NOW)
        with office.database.connect() as other, other.transaction():
            other.execute(retention._TURN.encode())
            assert await Retention().keep(keeping(office, DAYS), NOW) == 0
        with office.database.connect() as other, other.transaction():
            other.execute("SELECT FROM pgtoll.refusal WHERE id = 60 FOR UPDATE")
            async with asyncio.timeout(60):
                assert await Retention().keep(keeping(office, DAYS), NOW) == 59
        assert left(office) == (DAYS + 1, DAYS)

    in_office(database, story)


def test_nobody_else_can_shorten_it(database: Postgres) -> None:
    async def story(office: Office) -> None:
        office.database.execute(RECORDS)
        with office.database.connect() as session:
            for role in ("pgtoll_manager", office.anna):
                session.execute(f'SET ROLE "{role}"'.encode())
                for table in ("refusal", "event", "day_refusal"):
                    with pytest.raises(InsufficientPrivilege):
                        session.execute(f"DELETE FROM pgtoll.{table}".encode())
                session.execute("RESET ROLE")
        assert left(office) == (60, 60)

    in_office(database, story)

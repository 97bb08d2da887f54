"""The figures are those of the store, and today's refusals are among them."""

from dataclasses import replace
from datetime import timedelta

from license_samples import NOW
from officing import Office, in_office
from servers import Postgres

from pgtoll.office.sampling import Sampling
from pgtoll.report.reading import read_figures

TODAY = NOW.date()


def refused(at: str, user: str) -> str:
    return (
        "INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product, schema_name,"
        " table_name, sql, client) VALUES"
        f" ('{at}', '{user}', 'refuse', '42501', 'marketing', '', '', '', '');"
    )


def test_figures_are_read_of_one_moment(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        base = office.database
        await office.buy(4)
        await office.grant(office.anna, office.bea)
        base.execute(
            "UPDATE pgtoll.seat SET granted_at = '2026-01-01';"
            "UPDATE pgtoll.migration SET applied_at = '2026-01-01' WHERE name = 'days';"
            f"INSERT INTO pgtoll.seen VALUES ('{office.anna}', '{TODAY}');"
            "INSERT INTO contact SELECT 'x' FROM generate_series(1, 9);"
            + refused("2026-05-31 12:00", "zoe") * 2
            + refused("2026-06-01 00:00", "zoe")
            + refused("2025-06-01 00:00", "old")
            + refused("2026-05-31 12:00", "zoe").replace("'refuse'", "'observe'") * 3
            + refused("2026-06-01 00:00", "yan").replace("'refuse'", "'observe'") * 2
        )
        await Sampling().take(office.config, NOW)
        found = await read_figures(office.config, NOW, days=90, idle_days=90)
        (marketing,) = [one for one in found.products if one.code == "marketing"]
        assert (marketing.bought, marketing.granted, marketing.idle) == (4, 2, 1)
        assert (marketing.refused, marketing.lacking) == (3, 1)
        assert (marketing.observed, marketing.would_lack) == (5, 1)
        assert [(one.user, one.last_day) for one in found.idle] == [(office.bea, None)]
        assert found.users == 1
        assert [(one.day, one.refusals, one.observed) for one in found.refusals] == [
            (TODAY - timedelta(days=1), 2, 3),
            (TODAY, 1, 2),
        ]
        assert [(one.user, one.refusals, one.observed) for one in found.refused] == [
            ("zoe", 3, 3),
            ("yan", 0, 2),
        ]
        assert [(one.table, one.rows) for one in found.tables] == [("public.contact", 9)]
        assert [(one.bought, one.granted, one.used) for one in found.seats] == [(4, 2, 1)]
        assert [one.title for one in found.licenses] == ["Marketing"]
        later = replace(found, at=NOW)
        assert later.today == TODAY

    in_office(any_database, story)

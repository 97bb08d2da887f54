"""Refusals, why they would happen again, and what can be done."""

from dataclasses import replace
from datetime import datetime

from license_samples import DUE, MARKETING, NOW, PERSONAL
from officing import Office, in_office
from servers import Postgres

from pgtoll.audit import Record
from pgtoll.office.models import RefusalLine
from pgtoll.office.refusals import Meanwhile
from pgtoll.store.store import Store
from pgtoll_policy.verdict import Kind, Verdict

REFUSED = Verdict(Kind.REFUSE, sqlstate="42501", product="marketing", table="mrktinvoice")
CAPPED = Verdict(Kind.CAP, sqlstate="53400", product="base", schema="public", table="contact")


async def refuse(office: Office, user: str, verdict: Verdict = REFUSED) -> None:
    store = await Store.connect(office.database.dsn)
    await store.record([Record(NOW, user, "SELECT 1", verdict, client="10.0.0.1")])
    await store.close()


async def last(office: Office, now: datetime = NOW) -> RefusalLine:
    return (await office.desk.activity(now)).refusals[0]


def actions(line: RefusalLine) -> list[tuple[str, str, str]]:
    return [(one.action, one.product, one.user) for one in line.fixes]


def test_a_refusal_is_shown_as_it_was_recorded(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        await refuse(office, "alice")
        line = await last(office)
        assert (line.at, line.user, line.kind, line.table) == (
            NOW,
            "alice",
            "refuse",
            "mrktinvoice",
        )
        assert (line.sql, line.client) == ("SELECT 1", "10.0.0.1")

    in_office(any_database, story)


def test_what_puts_it_right_depends_on_what_is_left(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        await refuse(office, "alice")
        line = await last(office)
        assert line.reason == "user has no seat of the personal license"
        assert actions(line) == [("grant", "marketing", "alice")]
        assert line.fixes[0].text == "Give alice a seat of Marketing"
        await office.grant("bob")
        assert actions(await last(office)) == [
            ("recall", "marketing", ""),
            ("request", "marketing", "alice"),
        ]
        expired = await last(office, DUE)
        assert expired.reason == "license expired on 2026-12-31"
        assert [one.action for one in expired.fixes] == ["upload", "request"]
        await office.desk.apply(
            "marketing", grant=["alice"], recall=["bob"], actor=office.anna, now=NOW
        )
        line = await last(office)
        assert line.reason == "alice may use Marketing by now: personal license until 2026-12-31"
        assert line.fixes == ()

    in_office(any_database, story)


def test_a_full_table_needs_a_license(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await refuse(office, "alice", CAPPED)
        line = await last(office)
        assert line.reason == "in demo mode a table takes up to 1000 rows"
        assert actions(line) == [("upload", "base", ""), ("request", "base", "")]
        base = replace(PERSONAL, product="base")
        await office.upload(base)
        line = await last(office)
        assert (line.reason, line.fixes) == ("product base is not in demo mode any more", ())

    in_office(database, story)


def test_what_could_not_be_checked_has_no_product(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await refuse(office, "alice", Verdict(Kind.WATCH, sqlstate="42501"))
        line = await last(office)
        assert (line.reason, line.fixes) == ("it could not be checked what it touches", ())

    in_office(database, story)


def test_only_what_is_new_is_asked_for(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.upload(MARKETING)
        await refuse(office, "alice")
        seen = await office.desk.activity(NOW)
        assert (await office.desk.activity(NOW, since=seen.version)).refusals == ()
        await refuse(office, "bob")
        await refuse(office, "carol")
        new = await office.desk.activity(NOW, since=seen.version)
        assert [one.user for one in new.refusals] == ["carol", "bob"]
        assert (await office.desk.activity(NOW, since=new.version)).refusals == ()
        assert (await office.desk.activity(NOW, since=seen.version, user="bob")).refusals == (
            new.refusals[1],
        )

    in_office(any_database, story)


def test_older_refusals_come_page_by_page(database: Postgres) -> None:
    async def story(office: Office) -> None:
        for number in range(5):
            await refuse(office, f"user{number}")
        first = (await office.desk.activity(NOW, limit=2)).refusals
        then = (await office.desk.activity(NOW, limit=2, before=first[-1].id)).refusals
        assert [one.user for one in (*first, *then)] == ["user4", "user3", "user2", "user1"]
        assert (await office.desk.activity(NOW, product="sales")).refusals == ()
        try:
            await office.desk.activity(NOW, since="nonsense")
        except Meanwhile:
            return
        raise AssertionError("nonsense was taken for a version")

    in_office(database, story)

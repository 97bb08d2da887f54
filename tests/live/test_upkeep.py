"""What is in force stays current, and what could not be read is not trusted."""

import asyncio
import logging
import time
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from keeping import Kept, soon, with_kept
from licensing import BASE, MARKETING, Licensing
from programs import unreachable
from proxies import Session
from servers import Postgres

from pgtoll.audit import KEPT_RECORDS
from pgtoll.upkeep.catalog_upkeep import POLL_SECONDS
from pgtoll.upkeep.pacing import LEAST_SECONDS

pytestmark = pytest.mark.live

SECOND = 1.0  # what is uploaded anywhere holds on every proxy within this time
POLLED = POLL_SECONDS + SECOND
LATER = 5.0  # after something of ours has been tried again

REJECTED = "a stored document does not count"
HELD_UP = "housekeeping failed"


def cut(database: Postgres) -> None:
    """End every session that a proxy has for itself."""
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'pgtoll'"
    )


def written(database: Postgres) -> list[str]:
    """The statements whose refusals are in the store, the oldest first."""
    with database.connect() as session:
        rows = session.execute("SELECT sql FROM pgtoll.refusal ORDER BY id").fetchall()
    return [row[0] for row in rows]


def times(caplog: pytest.LogCaptureFixture, text: str) -> int:
    """How often something was logged."""
    return sum(text in one.message for one in caplog.records)


# The policy


def test_a_change_of_seats_is_in_force_within_a_second(sold: Licensing) -> None:
    async def story(kept: Kept) -> None:
        assert (kept.lacks("alice"), kept.lacks("bob")) == (set(), {MARKETING})
        await asyncio.to_thread(sold.revoke, MARKETING, "alice")
        assert await soon(lambda: kept.lacks("alice") == {MARKETING}, SECOND)
        await asyncio.to_thread(sold.grant, MARKETING, "bob")
        assert await soon(lambda: kept.lacks("bob") == set(), SECOND)
        await asyncio.to_thread(sold.delete, BASE)
        assert await soon(lambda: kept.gate.judge("bob").standing.demo == {BASE}, SECOND)

    with_kept(sold, story)


def test_also_after_its_connections_were_cut(sold: Licensing) -> None:
    async def story(kept: Kept) -> None:
        await asyncio.to_thread(sold.database.execute, "CREATE TABLE public.before_cut ()")
        cut(sold.database)
        await asyncio.to_thread(sold.revoke, MARKETING, "alice")
        assert await soon(lambda: kept.lacks("alice") == {MARKETING}, SECOND)
        assert await soon(lambda: kept.knows("before_cut"), POLL_SECONDS + LATER)
        assert await soon(kept.settled, LATER)

    with_kept(sold, story)


def test_a_document_that_was_tampered_with_does_not_count_and_the_others_do(
    sold: Licensing, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(kept: Kept) -> None:
        sold.database.execute(
            "UPDATE pgtoll.document SET file = set_byte(file, 200, get_byte(file, 200) # 1)"
            f" WHERE kind = 'license' AND product = '{MARKETING}'"
        )
        assert await soon(lambda: MARKETING in kept.gate.judge("bob").standing.demo, SECOND)
        assert kept.lacks("alice") == set()
        assert BASE not in kept.gate.judge("bob").standing.demo
        policy = kept.gate.picture.policy
        sold.database.execute("INSERT INTO pgtoll.seat (product, username) VALUES ('x', 'y')")
        assert await soon(lambda: kept.gate.picture.policy is not policy, SECOND)
        assert times(caplog, REJECTED) == kept.upkeep.rejected == 1
        sold.database.execute(
            "INSERT INTO pgtoll.document (kind, code, product, serial, file)"
            " VALUES ('license', 'x', 'base', 9, ''),"
            " ('product', 'x', 'x', 9, repeat('{', 9999)::bytea)"
        )
        assert await soon(lambda: times(caplog, REJECTED) > 1, SECOND)
        assert kept.lacks("alice") == set()
        assert BASE not in kept.gate.judge("bob").standing.demo

    with caplog.at_level(logging.WARNING, "pgtoll.upkeep"):
        with_kept(sold, story)


@pytest.mark.since15
def test_a_lock_on_a_table_holds_up_no_change_of_policy(sold: Licensing) -> None:
    database = sold.database
    database.execute(
        "CREATE TABLE public.locked (x int);"
        "CREATE FUNCTION public.reader() RETURNS bigint BEGIN ATOMIC"
        " SELECT count(*) FROM public.locked; END"
    )

    async def story(kept: Kept) -> None:
        with closing(database.connect(autocommit=False)) as holder:
            holder.execute("LOCK TABLE public.locked")
            database.execute("CREATE TABLE public.fresh ()")
            assert await soon(lambda: kept.gate.stale, POLLED)
            await asyncio.to_thread(sold.revoke, MARKETING, "alice")
            assert await soon(lambda: kept.lacks("alice") == {MARKETING}, SECOND)
            assert kept.gate.stale
            assert not kept.knows("fresh")
        assert await soon(lambda: kept.knows("fresh") and kept.settled(), LATER)

    with_kept(sold, story)


def test_a_flood_of_notifications_that_nothing_changed_costs_little(sold: Licensing) -> None:
    async def story(kept: Kept) -> None:
        looks, policy = kept.upkeep.looks, kept.gate.picture.policy
        with closing(sold.database.connect()) as anybody:
            until = time.monotonic() + SECOND
            while time.monotonic() < until:
                await asyncio.to_thread(
                    anybody.execute, "NOTIFY pgtoll, 'policy'; NOTIFY pgtoll, 'catalog'"
                )
                assert not kept.gate.stale
        assert kept.upkeep.looks - looks <= 2 * (2 + SECOND / LEAST_SECONDS)
        assert kept.gate.picture.policy is policy
        await asyncio.to_thread(sold.revoke, MARKETING, "alice")
        assert await soon(lambda: kept.lacks("alice") == {MARKETING}, SECOND)

    with_kept(sold, story)


# What is written


def test_refusals_are_written(sold: Licensing) -> None:
    async def story(kept: Kept) -> None:
        kept.refuse(2)
        assert await soon(lambda: written(sold.database) == ["SELECT 0", "SELECT 1"], LATER)
        kept.refuse()

    with_kept(sold, story)
    assert written(sold.database) == ["SELECT 0", "SELECT 1", "SELECT 0"]


def test_refusals_wait_for_a_store_that_cannot_be_reached(
    sold: Licensing, store_database: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(kept: Kept) -> None:
        with unreachable(store_database):
            kept.refuse()
            assert await soon(lambda: times(caplog, HELD_UP) > 0, LATER)
            kept.refuse(2)
        assert await soon(lambda: len(written(store_database)) == 3, LATER)
        assert written(sold.database) == []

    with_kept(sold, story, store=store_database.dsn)


def test_of_refusals_that_wait_the_oldest_are_given_up(
    sold: Licensing, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(kept: Kept) -> None:
        sold.database.execute("ALTER TABLE pgtoll.refusal RENAME TO hidden")
        kept.refuse(KEPT_RECORDS)
        assert await soon(lambda: times(caplog, HELD_UP) == 1, LATER)
        kept.refuse(2)
        assert await soon(lambda: times(caplog, HELD_UP) > 1, LATER)
        sold.database.execute("ALTER TABLE pgtoll.hidden RENAME TO refusal")
        assert await soon(lambda: len(written(sold.database)) == KEPT_RECORDS, LATER)
        assert written(sold.database)[-2:] == ["SELECT 0", "SELECT 1"]
        assert written(sold.database)[0] == "SELECT 2"

    with_kept(sold, story)


def test_a_database_that_is_only_served_knows_what_the_store_has(
    sold: Licensing, store_database: Postgres
) -> None:

    def answer(session: Session) -> object:
        sql = "SELECT allowed FROM pgtoll.operation_answer('Mrkt.Use', 'alice', pgtoll.present())"
        row = session.execute(sql.encode()).fetchone()
        return row and row[0]

    async def story(_: Kept) -> None:
        with store_database.connect() as session:
            assert answer(session) is True
            await asyncio.to_thread(sold.revoke, MARKETING, "alice")
            assert await soon(lambda: answer(session) is False, SECOND)
            await asyncio.to_thread(sold.grant, MARKETING, "alice")
            assert await soon(lambda: answer(session) is True, SECOND)
            row = session.execute("SELECT highest > now() - interval '1 hour' FROM pgtoll.clock")
            assert row.fetchone() == (True,)

    sold.upload(sold.vendor.product(operations=["Mrkt.Use"]))
    with_kept(replace(sold, database=store_database), story, store=sold.database.dsn)


# Who was here


def here(database: Postgres) -> dict[str, date]:
    """The last day of everybody, as it is in the store."""
    with database.connect() as session:
        rows = session.execute("SELECT username, last_day FROM pgtoll.seen").fetchall()
    return {str(name): day for name, day in rows}


def test_who_was_here_is_written_also_when_that_failed_before(
    sold: Licensing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgtoll.upkeep.upkeep.SEEN_SECONDS", 0.05)

    async def story(kept: Kept) -> None:
        today = kept.clock.now().date()
        kept.gate.attendance.note("alice")
        assert await soon(lambda: here(sold.database) == {"alice": today}, LATER)
        with unreachable(sold.database):
            kept.gate.attendance.note("bob")
            await asyncio.sleep(0.3)
        assert await soon(lambda: "bob" in here(sold.database), LATER)

    with_kept(sold, story)


def test_who_was_here_last_is_written_at_the_end(sold: Licensing) -> None:
    async def story(kept: Kept) -> None:
        kept.gate.attendance.note("carol")

    with_kept(sold, story)
    assert here(sold.database).keys() == {"carol"}

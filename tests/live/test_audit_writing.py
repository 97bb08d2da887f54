"""What the audit has collected is in the store, or waits for it, or is counted as lost."""

import logging
from dataclasses import replace

import pytest
from auditing import PROXY, refused
from licensing import Licensing
from storage import in_store

from pgtoll.audit import KEPT_RECORDS, Audit, Record
from pgtoll.errors import StoreError
from pgtoll.store.audit_writing import AuditWriting
from pgtoll.store.store import Store
from pgtoll.trails import Entry, Kind, Outcome
from pgtoll_policy.verdict import Kind as VerdictKind
from pgtoll_policy.verdict import Verdict

AT = refused().at
LOGIN = Entry(
    at=AT, kind=Kind.LOGIN, outcome=Outcome.DONE, user="dana", act="x", message="m", address="a:1"
)
REFUSAL = Record(AT, "bob", "SELECT 1", Verdict(VerdictKind.REFUSE, sqlstate="42501"))


def test_refusals_and_events_have_a_table_each(sold: Licensing) -> None:
    async def story(store: Store) -> None:
        audit = Audit()
        audit.trails.proxy = PROXY
        audit.add(REFUSAL)
        audit.note(LOGIN)
        audit.note(replace(LOGIN, user="\0\udcff" + "x" * 5000))
        recording = AuditWriting(audit, store)
        assert recording.backlog == 3
        await recording.write()
        assert recording.backlog == 0

    in_store(sold.database, story)
    with sold.database.connect() as session:
        events = session.execute(
            "SELECT at, kind, outcome, username, act, message, client, proxy"
            " FROM pgtoll.event ORDER BY id"
        ).fetchall()
        (refusals,) = session.execute("SELECT count(*) FROM pgtoll.refusal").fetchone() or ()
    assert events[0] == (AT, "login", "done", "dana", "x", "m", "a:1", PROXY)
    assert (len(events), len(events[1][3]), refusals) == (2, 1000, 1)


def test_what_cannot_be_written_waits_and_then_is_counted(
    sold: Licensing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "pgtoll.audit")

    async def story(store: Store) -> None:
        audit = Audit()
        recording = AuditWriting(audit, store)
        sold.database.execute("ALTER TABLE pgtoll.event RENAME TO hidden")
        audit.add(REFUSAL)
        audit.note(LOGIN)
        with pytest.raises(StoreError):
            await recording.write()
        assert (recording.backlog, audit.lost["postgres"]) == (2, 0)
        for _ in range(KEPT_RECORDS):
            audit.note(LOGIN)
        assert (recording.backlog, audit.lost["postgres"]) == (KEPT_RECORDS, 2)
        sold.database.execute("ALTER TABLE pgtoll.hidden RENAME TO event")
        await recording.end()
        assert recording.backlog == 0

    in_store(sold.database, story)
    with sold.database.connect() as session:
        assert session.execute("SELECT count(*) FROM pgtoll.event").fetchone() == (KEPT_RECORDS,)
        assert session.execute("SELECT count(*) FROM pgtoll.refusal").fetchone() == (0,)

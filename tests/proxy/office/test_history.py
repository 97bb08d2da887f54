"""Who changed what, and what a page has not seen yet."""

from dataclasses import replace
from datetime import timedelta

import pytest
from license_samples import MARKETING, NOW, PERSONAL, REVOCATION
from officing import Office, in_office, moment
from servers import Postgres

from pgtoll.office.history import changes_since, read_version, told
from pgtoll.office.models import Change
from pgtoll.office.refusals import Meanwhile


async def since(office: Office, version: str) -> list[tuple[str, str]]:
    async with moment(office.database) as connection:
        changes = await changes_since(connection, "marketing", version)
    return [(one.act, one.subject) for one in changes]


def test_documents_come_and_go_in_the_history(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        await office.upload(replace(PERSONAL, serial=2))
        await office.desk.delete("marketing", actor=office.bea)
        await office.upload(REVOCATION)
        page = await office.desk.product("marketing", NOW)
        license = f"license {PERSONAL.id} serial"
        assert {(one.act, one.subject, one.by) for one in page.history} == {
            ("upload", "product marketing serial 1", office.anna),
            ("upload", f"{license} 1", office.anna),
            ("replace", f"{license} 1", office.anna),
            ("upload", f"{license} 2", office.anna),
            ("delete", f"{license} 2", office.bea),
            ("upload", "revocation serial 1", office.anna),
        }
        assert page.history[0].subject == "revocation serial 1"

    in_office(any_database, story)


def test_only_what_was_not_there_yet_has_changed(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        seen = await office.version()
        assert await since(office, seen) == []
        await office.grant("alice")
        await office.upload(replace(PERSONAL, serial=2))
        changed = await since(office, seen)
        assert [act for act, _ in changed] == ["grant", "replace", "upload"]
        assert await since(office, await office.version()) == []

    in_office(any_database, story)


def test_what_was_under_way_is_noticed_when_it_is_done(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        with office.database.connect(autocommit=False) as early:
            early.execute("INSERT INTO pgtoll.seat (product, username) VALUES ('marketing', 'a')")
            with office.database.connect() as late:
                late.execute(
                    "INSERT INTO pgtoll.seat (product, username) VALUES ('marketing', 'b')"
                )
            seen = await office.version()  # of b, who came after a
            early.commit()
        assert await since(office, seen) == [("grant", "a")]

    in_office(database, story)


@pytest.mark.parametrize(
    "version", ["x", "1:2", "5:1:", "1:2:;", "1:2:3,", "1:2:" + "3," * 9000 + "3", "1:2:\u0663"]
)
def test_what_is_no_version_asks_for_another_look(version: str) -> None:
    with pytest.raises(Meanwhile, match="look at it again") as refused:
        read_version(version)
    assert refused.value.changes == ()


def test_a_version_knows_the_transaction_that_gave_it() -> None:
    assert read_version("1:5:2,3/4") == {"version": "1:5:2,3", "own": "4"}
    assert read_version("1:5:") == {"version": "1:5:", "own": None}


def test_of_many_changes_the_last_are_told() -> None:
    changes = [
        Change(NOW + timedelta(minutes=n), "anna", "grant", "marketing", f"u{n}") for n in range(7)
    ]
    assert told(changes[:2]) == "anna gave u0 a seat, anna gave u1 a seat"
    assert told(changes).startswith("anna gave u2 a seat")
    assert told(changes).endswith("and 2 more changes before")


def test_uploads_of_before_the_history_are_in_it(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        assert MARKETING.serial == 1
        office.database.execute("UPDATE pgtoll.document_history SET change = NULL")
        page = await office.desk.product("marketing", NOW)
        assert [one.act for one in page.history] == ["upload", "upload"]
        assert await since(office, page.version) == []

    in_office(database, story)

"""What was changed about licenses and seats is read once each, however late it is committed."""

from licensing import MARKETING, Licensing
from servers import Postgres
from storage import in_store

from pgtoll.store.store import Store
from pgtoll.trails import Kind, Outcome


def told(database: Postgres, since: str | None) -> tuple[list[str], str]:
    """Return the sentences about what was changed since a version, and the version now."""
    found: list[tuple[list[str], str]] = []

    async def story(store: Store) -> None:
        changes = await store.changes(since)
        assert {entry.kind for entry in changes.entries} <= {Kind.CHANGED}
        assert {entry.outcome for entry in changes.entries} <= {Outcome.DONE}
        assert len({entry.id for entry in changes.entries}) == len(changes.entries)
        found.append(([entry.message for entry in changes.entries], changes.version))

    in_store(database, story)
    return found[0]


def test_each_change_is_told_with_who_made_it(sold: Licensing) -> None:
    database, user = sold.database, sold.database.user
    _, before = told(database, None)
    sold.revoke(MARKETING, "alice")
    sold.grant(MARKETING, "爱丽丝")
    sold.delete(MARKETING)
    sentences, after = told(database, before)
    assert sentences[:2] == [
        f"{user} took the seat of marketing from alice",
        f"{user} gave 爱丽丝 a seat of marketing",
    ]
    assert sentences[2].startswith(f"{user} deleted license ")
    assert told(database, after)[0] == []
    assert len(told(database, before)[0]) == 3


def test_who_begins_is_told_nothing_of_before(sold: Licensing) -> None:
    sold.revoke(MARKETING, "alice")
    assert told(sold.database, None)[0] == []


def test_what_is_committed_late_is_told_all_the_same(sold: Licensing) -> None:
    _, version = told(sold.database, None)
    seat = "INSERT INTO pgtoll.seat (product, username) VALUES ('marketing', %s)"
    with sold.database.connect(autocommit=False) as slow:
        slow.execute(seat, ["slow"])
        with sold.database.connect() as quick:
            quick.execute(seat, ["quick"])
        sentences, version = told(sold.database, version)
        assert [sentence.split()[2] for sentence in sentences] == ["quick"]
        slow.commit()
    sentences, _ = told(sold.database, version)
    assert [sentence.split()[2] for sentence in sentences] == ["slow"]


def test_a_version_of_another_cluster_begins_anew(sold: Licensing) -> None:
    assert told(sold.database, "900000000000:900000000000:")[0] == []


def test_how_far_it_was_told_is_kept(sold: Licensing) -> None:
    async def story(store: Store) -> None:
        assert await store.told() is None
        for version in ("5:9:5,6", "7:9:7"):
            await store.mark_told(version)
            assert await store.told() == version

    in_store(sold.database, story)

"""Changes of licenses and seats reach a trail while a proxy runs, and those of meanwhile after."""

import json
from pathlib import Path

from licensing import MARKETING, Licensing
from storage import in_store

from pgtoll.audit import Audit
from pgtoll.config import Auditing, AuditKind, Target
from pgtoll.store.store import Store
from pgtoll.upkeep import following
from pgtoll.upkeep.following import Following

SECONDS = 10.0


def audit(path: Path) -> Audit:
    return Audit(auditing=Auditing((Target(AuditKind.FILE, path=str(path)),)))


def users(path: Path) -> list[str]:
    return [json.loads(line)["subject"] for line in path.read_text().splitlines()]


def test_what_happens_is_told_once(sold: Licensing, tmp_path: Path) -> None:
    path = tmp_path / "audit"
    sold.revoke(MARKETING, "alice")

    async def story(store: Store) -> None:
        followed = Following(store, audit(path))
        await followed.tell()
        await grant(store, "alice")
        await followed.tell()
        await followed.tell()
        await grant(store, "bob", "carol")
        await followed.tell()

    in_store(sold.database, story)
    assert users(path)[0] == "alice"
    assert sorted(users(path)) == ["alice", "bob", "carol"]


def test_the_next_program_tells_what_happened_while_none_ran(
    sold: Licensing, tmp_path: Path
) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    sold.revoke(MARKETING, "alice")

    async def story(store: Store) -> None:
        await Following(store, audit(first)).tell()
        await grant(store, "alice")
        await Following(store, audit(second)).tell()
        await Following(store, audit(first)).tell()

    in_store(sold.database, story)
    assert (users(first), users(second)) == ([], ["alice"])


def test_what_was_not_written_is_told_again(sold: Licensing, tmp_path: Path) -> None:
    path = tmp_path / "audit"
    sold.revoke(MARKETING, "alice")

    async def story(store: Store) -> None:
        away = Auditing((Target(AuditKind.SYSLOG, path=str(tmp_path / "nobody")),))
        following.WRITTEN_SECONDS = 0.1
        lost = Following(store, Audit(auditing=away))
        await Following(store, audit(path)).tell()
        await grant(store, "alice")
        await lost.tell()  # and then the program is killed
        await Following(store, audit(path)).tell()

    seconds = following.WRITTEN_SECONDS
    try:
        in_store(sold.database, story)
    finally:
        following.WRITTEN_SECONDS = seconds
    assert users(path) == ["alice"]


def test_many_changes_at_once_are_all_told(sold: Licensing, tmp_path: Path) -> None:
    path = tmp_path / "audit"

    async def story(store: Store) -> None:
        followed = Following(store, audit(path))
        await followed.tell()
        await grant(store, *(f"user{number}" for number in range(3000)))
        await followed.tell()

    in_store(sold.database, story)
    assert len(set(users(path))) == 3000


async def grant(store: Store, *names: str) -> None:
    async with store._link.transaction("grant") as connection, connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO pgtoll.seat (product, username) VALUES ('marketing', %s)",
            [[name] for name in names],
        )

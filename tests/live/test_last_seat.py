"""Fifty want the last seat at the same moment, from several processes: exactly one gets it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from license_samples import KEY, KEYS, MARKETING, NOW, PERSONAL, PUBLIC_KEY
from officing import people
from servers import Postgres
from storage import in_store

from pgtoll.store.store import Store
from pgtoll_policy.issue import sign

pytestmark = pytest.mark.live

PROGRAM = Path(__file__).parents[1] / "last_seat.py"
EACH = 10


def contender(dsn: str, key: Path, actor: str, first: int) -> subprocess.Popen[str]:
    users = [f"user{number:02}" for number in range(first, first + EACH)]
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), dsn, str(key), actor, *users],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )


def test_of_fifty_exactly_one_gets_the_last_seat(store_database: Postgres, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = tmp_path / "vendor.pub"
    key.write_bytes(PUBLIC_KEY.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    async def buy(store: Store) -> None:
        await store.upload(sign(MARKETING, KEY), KEYS, now=NOW)
        await store.upload(sign(replace(PERSONAL, seats=1), KEY), KEYS, now=NOW)

    in_store(store_database, buy)
    with people(store_database) as (anna, _, _):
        actors = ("", anna, "", anna, "")
        contenders = [
            contender(store_database.dsn, key, actor, number * EACH)
            for number, actor in enumerate(actors)
        ]
        try:
            for one in contenders:
                assert one.stdout is not None
                assert one.stdout.readline() == "ready\n"
            for one in contenders:
                assert one.stdin is not None
                one.stdin.write("go\n")
                one.stdin.flush()
            won = [int(one.communicate(timeout=60)[0]) for one in contenders]
        finally:
            for one in contenders:
                one.kill()
                one.wait()
    assert sum(won) == 1
    with store_database.connect() as session:
        assert session.execute("SELECT count(*) FROM pgtoll.seat").fetchone() == (1,)
        assert session.execute("SELECT count(*) FROM pgtoll.seat_history").fetchone() == (1,)

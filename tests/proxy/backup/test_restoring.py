"""Importing as a whole: tests/proxy/cli/test_importing.py does it by the command."""

import asyncio
from dataclasses import replace

import pytest
from license_samples import KEYS, PERSONAL
from servers import Postgres
from stored import EMPTY, FULL, NOON, held, hour

from pgtoll.backup.contents import Contents
from pgtoll.backup.restoring import Accepted, How, Outcome, Target, accept, import_contents
from pgtoll.errors import StoreError
from pgtoll.store.migrations import initialise
from pgtoll_policy.errors import BadDocument, LicenseError


def imported(database: Postgres, file: Contents, how: How = How()) -> Outcome:  # noqa: B008
    target = Target(database.dsn, database.dsn, KEYS, None)
    return asyncio.run(import_contents(target, file, "digest", how, NOON, lambda _: None))


def test_what_was_noticed_is_settled_by_a_file_that_is_late_enough(database: Postgres) -> None:
    with pytest.raises(StoreError, match="run pgtoll init"):
        imported(database, EMPTY)
    asyncio.run(initialise(database.dsn))
    database.execute(
        f"INSERT INTO pgtoll.setback (how, reason, found) VALUES ('restored', 'r', '{NOON}')"
    )
    early = replace(FULL, origin=replace(FULL.origin, clock=hour(-1)))
    outcome = imported(database, early)
    assert (outcome.older, outcome.settled) == (True, 0)
    late = replace(FULL, origin=replace(FULL.origin, clock=hour(1)))
    assert imported(database, late, How(dry=True)).settled == 1
    outcome = imported(database, late)
    assert (outcome.older, outcome.settled) == (False, 1)
    assert asyncio.run(accept(database.dsn, database.dsn)) == Accepted(0, ())


def test_an_import_says_what_proxies_wait_for(database: Postgres) -> None:
    """Whether what they miss is in the file nobody knows: somebody has to say so."""
    asyncio.run(initialise(database.dsn))
    database.execute(
        "INSERT INTO pgtoll.policy_lost (mark, number) VALUES (gen_random_uuid(), 7);"
        "INSERT INTO pgtoll.setback (how, reason) VALUES ('restored', 'r')"
    )
    assert imported(database, FULL).lost == (7,)
    database.execute("INSERT INTO pgtoll.setback (how, reason) VALUES ('copied', 'c')")
    assert asyncio.run(accept(database.dsn, database.dsn)) == Accepted(1, (7,))
    assert imported(database, FULL).lost == ()


def test_what_cannot_be_held_is_refused_before_anything_is_written() -> None:
    nowhere = Postgres("127.0.0.1", 1, "nobody", "nowhere")
    lying = replace(EMPTY, documents=(replace(held(1, PERSONAL), serial=9),))
    with pytest.raises(BadDocument, match="described as another"):
        imported(nowhere, lying)
    foreign = replace(held(1, PERSONAL), file=b"x")
    with pytest.raises(LicenseError, match="--skip-untrusted"):
        imported(nowhere, replace(EMPTY, documents=(foreign,)))

"""Signed documents in the store: uploaded, replaced, deleted."""

import asyncio
from dataclasses import replace

import pytest
from license_samples import (
    KEY,
    KEYS,
    MARKETING,
    NOW,
    PERSONAL,
    PUBLIC_KEY,
    REVOCATION,
    SERVER,
    key_pair,
)
from servers import Postgres
from storage import in_store

from pgtoll.store.store import Store
from pgtoll_policy.documents import Document
from pgtoll_policy.errors import BadDocument, BadSignature, Conflict, Rollback
from pgtoll_policy.issue import sign
from pgtoll_policy.policy import State

pytestmark = pytest.mark.live


def signed(document: Document) -> Document:
    """Return a document as it is read from a file of ours."""
    return replace(document, key_id=KEY.key_id)


async def upload(store: Store, *documents: Document) -> None:
    for document in documents:
        await store.upload(sign(document, KEY), KEYS, now=NOW)


def test_what_is_uploaded_is_in_force(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await upload(store, MARKETING, SERVER)
        policy, problems = await store.load_policy(KEYS)
        assert not problems
        assert policy.state("marketing", "alice", NOW).state is State.LICENSED
        product, license = await store.documents()
        assert (product.kind, product.code, product.product, product.serial) == (
            "product",
            "marketing",
            "marketing",
            1,
        )
        assert (license.kind, license.code, license.product) == ("license", SERVER.id, "marketing")
        assert (license.file, license.uploaded_by) == (sign(SERVER, KEY), "postgres")

    in_store(store_database, story)


def test_a_newer_serial_replaces_the_older(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await upload(store, MARKETING, SERVER)
        newer = replace(SERVER, serial=2)
        result = await store.upload(sign(newer, KEY), KEYS, now=NOW)
        assert (result.document, result.replaced) == (signed(newer), (signed(SERVER),))
        assert [one.serial for one in await store.documents()] == [1, 2]
        with pytest.raises(Rollback):
            await upload(store, SERVER)
        assert [one.serial for one in await store.documents()] == [1, 2]

    in_store(store_database, story)


def test_the_same_file_again_changes_nothing(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await upload(store, MARKETING)
        before = await store.documents()
        result = await store.upload(sign(MARKETING, KEY), KEYS, now=NOW)
        assert not result.changed
        assert await store.documents() == before

    in_store(store_database, story)


def test_what_does_not_verify_or_fit_is_not_stored(store_database: Postgres) -> None:
    async def refuse(store: Store, file: bytes, error: type[Exception]) -> None:
        with pytest.raises(error):
            await store.upload(file, KEYS, now=NOW)

    async def story(store: Store) -> None:
        stranger, _ = key_pair()
        await refuse(store, sign(MARKETING, stranger), BadSignature)
        await refuse(store, sign(SERVER, KEY), BadDocument)  # of a product that nobody described
        await upload(store, MARKETING, SERVER)
        await refuse(store, sign(PERSONAL, KEY), Conflict)
        assert len(await store.documents()) == 2

    in_store(store_database, story)


def test_conflicting_uploads_at_once_cannot_both_succeed(store_database: Postgres) -> None:
    async def attempt(file: bytes) -> int:
        store = await Store.connect(store_database.dsn)
        try:
            await store.upload(file, KEYS, now=NOW)
        except Conflict:
            return 0
        finally:
            await store.close()
        return 1

    async def story(store: Store) -> None:
        await upload(store, MARKETING)
        files = [sign(SERVER, KEY), sign(PERSONAL, KEY)]
        assert sum(await asyncio.gather(*(attempt(file) for file in files))) == 1
        assert len(await store.documents()) == 2

    in_store(store_database, story)


@pytest.mark.parametrize("product", ["marketing", None])
def test_deleting_licenses_brings_demo_mode_back(
    store_database: Postgres, product: str | None
) -> None:
    async def story(store: Store) -> None:
        await upload(store, MARKETING, SERVER, replace(REVOCATION, licenses=frozenset({"9" * 32})))
        assert await store.delete("another") == []
        deleted = await store.delete(product)
        assert [one.code for one in deleted] == [SERVER.id]
        assert [one.kind for one in await store.documents()] == ["product", "revocation"]
        policy, _ = await store.load_policy(KEYS)
        assert policy.state("marketing", "alice", NOW).state is State.DEMO

    in_store(store_database, story)


def test_a_stored_document_that_no_longer_verifies_is_reported(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await upload(store, MARKETING, SERVER)
        store_database.execute(
            "UPDATE pgtoll.document SET file = file || 'x' WHERE kind = 'license'"
        )
        policy, problems = await store.load_policy(KEYS)
        assert policy.state("marketing", "alice", NOW).state is State.DEMO
        assert [(one.document.code, bool(one.reason)) for one in problems] == [(SERVER.id, True)]
        policy, problems = await store.load_policy({})
        assert len(problems) == 2
        assert PUBLIC_KEY.key_id in problems[0].reason

    in_store(store_database, story)


def test_several_files_are_stored_in_one_go_or_not_at_all(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        license = replace(PERSONAL, seats=2)
        files = {"l": sign(license, KEY), "p": sign(MARKETING, KEY)}
        results = await store.upload_all(files, KEYS, now=NOW)
        assert list(results) == ["p", "l"]
        await store.grant("marketing", ["alice", "bob"], keys=KEYS, now=NOW)
        before = await store.documents()
        fewer = sign(replace(license, id="3" * 32, seats=1, serial=2), KEY)
        bad = {"fewer": fewer, "older": sign(replace(license, id="4" * 32), KEY)}
        with pytest.raises(Rollback, match=r"^older: serial 1 of the personal license"):
            await store.upload_all(bad, KEYS, now=NOW)
        assert await store.documents() == before
        results = await store.upload_all({"fewer": fewer, "again": fewer}, KEYS, now=NOW)
        assert [seat.user for seat in results["fewer"].lost] == ["bob"]
        assert not results["again"].changed

    in_store(store_database, story)


def test_a_seat_that_a_later_file_gives_back_is_not_lost(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        old = replace(PERSONAL, seats=2, version="1")
        await upload(store, MARKETING, old)
        await store.grant("marketing", ["alice", "bob"], keys=KEYS, now=NOW)
        product = replace(MARKETING, version="2", serial=2)
        license = replace(PERSONAL, id="3" * 32, seats=1, version="2", serial=2)
        files = {"p": sign(product, KEY), "l": sign(license, KEY)}
        results = await store.upload_all(files, KEYS, now=NOW)
        assert results["p"].lost == ()
        (seat,) = results["l"].lost
        assert (seat.user, seat.reason) == ("bob", "user's seat is beyond the 1 that were bought")

    in_store(store_database, story)


def test_a_key_that_is_no_longer_trusted_takes_its_documents_along(
    store_database: Postgres,
) -> None:
    async def story(store: Store) -> None:
        await upload(store, MARKETING, SERVER)
        _, others = key_pair()
        for keys, good in ((KEYS, 2), ({others.key_id: others}, 0), (KEYS, 2), ({}, 0)):
            _, problems = await store.load_policy(keys)
            assert len(problems) == 2 - good

    in_store(store_database, story)

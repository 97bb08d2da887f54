"""What is read of a store: tests/proxy/cli/test_export.py and test_importing.py read whole ones."""

import asyncio
import secrets
from dataclasses import replace

import pytest
from license_samples import KEY as SIGNING
from license_samples import KEYS, MARKETING, PERSONAL
from servers import Postgres
from storage import in_store
from stored import NOON

from pgtoll.backup.collecting import export_store
from pgtoll.backup.contents import Contents, replaced_licenses
from pgtoll.errors import StoreError
from pgtoll.store.migrations import initialise
from pgtoll.store.store import Store
from pgtoll_policy.issue import sign


@pytest.fixture
def store(any_store: Postgres) -> Postgres:
    return any_store


def exported(database: Postgres, *, refusals: bool = False) -> Contents:
    return asyncio.run(export_store(database.dsn, database.dsn, NOON, refusals=refusals))


def test_an_empty_store_has_nothing_but_where_it_is(store: Postgres) -> None:
    contents = exported(store)
    assert contents.origin.database == store.dbname
    assert (contents.origin.instance or "").isdecimal()
    assert contents.origin.clock is None
    assert contents.origin.recorded is not None
    assert contents == Contents(contents.origin)


def test_a_replacement_is_told_from_what_went_by_itself(store: Postgres) -> None:
    newer = replace(PERSONAL, id="4" * 32, serial=2)

    async def tell(sold: Store) -> None:
        for document in (MARKETING, PERSONAL, newer):
            await sold.upload(sign(document, SIGNING), KEYS, now=NOON)
        await sold.delete(None)

    in_store(store, tell)
    changes = exported(store).document_changes
    assert [one.together is None for one in changes] == [True, True, False, False, True]
    assert replaced_licenses(changes) == {("marketing", PERSONAL.id): 2}


def test_changes_from_before_there_were_transactions_in_it_belong_to_nobody(
    store: Postgres,
) -> None:
    store.execute(
        "INSERT INTO pgtoll.document_history (act, kind, code, product, serial, change) VALUES"
        " ('upload', 'license', 'a', 'p', 2, NULL), ('delete', 'license', 'b', 'p', 1, NULL)"
    )
    assert [one.together for one in exported(store).document_changes] == [None, None]


def test_refusals_are_read_on_demand(store: Postgres) -> None:
    store.execute(
        "INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product, schema_name,"
        " table_name, sql, client) VALUES (now(), 'bob', 'refuse', '42501', 'm', 's', 't', 'q', '')"
    )
    assert exported(store).refusals == ()
    (one,) = exported(store, refusals=True).refusals
    assert (one.user, one.sql) == ("bob", "q")


def test_bytes_that_are_no_text_end_in_one_line(postgres: Postgres) -> None:
    name = f"bytes_{secrets.token_hex(4)}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    database = replace(postgres, dbname=name)
    try:
        asyncio.run(initialise(database.dsn))
        database.execute("INSERT INTO pgtoll.seat (product, username) VALUES ('p', E'\\351')")
        with pytest.raises(StoreError, match="invalid byte sequence"):
            exported(database)
    finally:
        database.drop_database()

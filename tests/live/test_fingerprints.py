"""What tells whether a catalog has changed, and where, on real servers."""

import asyncio

import pytest
from pictures import connected
from servers import Postgres

from pgtoll.catalog.fingerprint_queries import BLOCK
from pgtoll.catalog.fingerprints import Fingerprint
from pgtoll.catalog.snapshot import fingerprint, glance

pytestmark = pytest.mark.live


def _of(database: Postgres) -> tuple[Fingerprint, str]:
    async def look() -> tuple[Fingerprint, str]:
        async with connected(database) as connection:
            return await fingerprint(connection), await glance(connection)

    return asyncio.run(look())


def _block(database: Postgres, table: str) -> int:
    with database.connect() as session:
        row = session.execute("SELECT %s::regclass::oid::int8", [table]).fetchone()
    assert row is not None
    return int(row[0]) // BLOCK


def _changed(one: Fingerprint, other: Fingerprint) -> set[int]:
    return {block for block, _ in one.blocks.items() ^ other.blocks.items()}


def test_the_block_of_a_table_tells_of_it(any_database: Postgres) -> None:
    any_database.execute("CREATE TABLE t (id int); CREATE TABLE other (id int)")
    before, _ = _of(any_database)
    any_database.execute("ALTER TABLE t ALTER id SET DEFAULT 1")
    after, _ = _of(any_database)
    assert _changed(before, after) == {_block(any_database, "t")}
    assert before.code == after.code


def test_two_that_are_replaced_by_two_do_not_cancel_out(any_database: Postgres) -> None:
    any_database.execute(
        "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);"
        "CREATE TABLE d (id int); CREATE TABLE heir () INHERITS (a, b)"
    )
    before, _ = _of(any_database)
    with any_database.connect(autocommit=False) as session:
        for change in ("NO INHERIT a", "NO INHERIT b", "INHERIT c", "INHERIT d"):
            session.execute(f"ALTER TABLE heir {change}".encode())
    assert _block(any_database, "heir") in _changed(before, _of(any_database)[0])


def test_a_new_operator_is_told_from_other_code(any_database: Postgres) -> None:
    before, _ = _of(any_database)
    any_database.execute("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    with_function, _ = _of(any_database)
    any_database.execute("CREATE OPERATOR ### (FUNCTION = f, RIGHTARG = int)")
    with_operator, _ = _of(any_database)
    assert before != with_function
    assert with_function.same_operators(before)
    assert not with_operator.same_operators(before)


def test_a_glance_shows_what_no_event_trigger_tells_of(any_database: Postgres) -> None:
    any_database.execute(
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE TABLE t (id int)"
    )
    _, before = _of(any_database)
    any_database.execute("ALTER TABLE t ADD a int")
    assert _of(any_database)[1] == before
    any_database.execute("CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f()")
    _, enabled = _of(any_database)
    any_database.execute("ALTER EVENT TRIGGER e DISABLE")
    assert len({before, enabled, _of(any_database)[1]}) == 3


def test_whose_a_sequence_is_is_told_by_its_block(any_database: Postgres) -> None:
    any_database.execute("CREATE SEQUENCE s; CREATE TABLE t (id int)")
    before, _ = _of(any_database)
    any_database.execute("ALTER SEQUENCE s OWNED BY t.id")
    assert _block(any_database, "s") in _changed(before, _of(any_database)[0])

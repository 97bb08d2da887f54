"""Statements that are too large, too deep or too slow to be read cost nobody but their sender."""

import struct
from contextlib import suppress

import psycopg
import pytest
from proxies import Site
from psycopg import errors
from raw_client import RawClient

from pgtoll.wire.messages import query, read_fields

MEGABYTE = 1 << 20
HUGE = 200 * MEGABYTE

DEEP = {
    "parentheses": b"SELECT " + b"(" * 10_000 + b"1" + b")" * 10_000,
    "terms": b"SELECT " + b"1+" * 100_000 + b"1",
    "time zones": b"SELECT now()" + b" AT TIME ZONE 'UTC'" * 20_000,
    "subscripts": b"SELECT a" + b"[1]" * 20_000,
    "unions": b"SELECT 1" + b" UNION SELECT 1" * 20_000,
    "subqueries": b"SELECT * FROM " + b"(SELECT * FROM " * 8_000 + b"t" + b") x" * 8_000,
    "small terms": b"SELECT " + b"1+" * 4_000 + b"1",
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_text_costs_only_its_own_statement(name: str, licensed_site: Site) -> None:
    site = licensed_site
    with site.proxy.connect(site.bob) as hostile, site.proxy.connect(site.bob) as other:
        with suppress(psycopg.DatabaseError):
            hostile.execute(DEEP[name])
        assert other.execute("SELECT 1").fetchone() == (1,)
        assert hostile.execute("SELECT 2").fetchone() == (2,)


def test_a_huge_statement_is_refused_in_constant_memory(licensed_site: Site) -> None:
    site = licensed_site
    before = site.proxy.resident_bytes
    with RawClient(site.proxy.port) as client:
        client.start(site.bob, site.database.dbname)
        client.send(b"Q" + struct.pack("!I", HUGE + 5) + b"SELECT '")
        for _ in range(HUGE // MEGABYTE - 1):
            client.send(b"x" * MEGABYTE)
            assert site.proxy.resident_bytes - before < 64 * MEGABYTE
        client.send(b"x" * (MEGABYTE - 9) + b"'\0")
        (_, refused), *_ = (reply for reply in client.replies() if reply[0] == b"E")
        assert read_fields(refused)["C"] == b"42501"
        client.send(query(b"SELECT 'still here'"))
        assert any(b"still here" in data for _, data in client.replies())


def test_millions_of_rows_of_constants_are_judged(licensed_site: Site) -> None:
    site = licensed_site
    rows = b", ".join(b"(%d, 'some text')" % number for number in range(150_000))
    with site.proxy.connect(site.bob) as session:
        with pytest.raises(errors.UndefinedTable):
            session.execute(b"INSERT INTO no_such_table VALUES " + rows)
        assert session.execute("SELECT 1").fetchone() == (1,)

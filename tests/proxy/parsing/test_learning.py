"""A long text is read in a shorter form, whenever that is sure to say the same."""

import asyncio

import pytest
from catalog_samples import SEATED
from gates import Reading, gate_of, learned, ruled

from pgtoll.parsing.facts_cache import FactsCache
from pgtoll.parsing.learning import NOT_READABLE, SLICE_BYTES, learn_long
from pgtoll_policy.facts import Name
from pgtoll_policy.shape import MAX_BYTES
from pgtoll_policy.verdict import Kind

HEAD = "INSERT INTO contact VALUES "


def insert(count: int, row: str = "({}, 'a')", head: str = HEAD) -> bytes:
    return (head + ", ".join(row.format(number) for number in range(count))).encode()


def read(facts: FactsCache, sql: bytes) -> list[str]:
    """Have a text read and return what the reader was asked for."""
    reading = Reading()
    asyncio.run(learn_long(facts, sql, reading, "bob"))
    assert facts.find(sql, sql) is not None
    return reading.read


def test_all_row_counts_are_read_once_and_by_one_row() -> None:
    facts = FactsCache()
    assert read(facts, insert(1000)) == [insert(1).decode()]
    assert read(facts, insert(1001)) == read(facts, insert(20_000)) == []
    assert read(facts, insert(1000, head=HEAD.replace("contact", "u"))) != []
    assert (facts.exact_hits, facts.shape_hits, facts.misses) == (2, 0, 2)


def test_a_short_one_is_of_the_same_shape() -> None:
    judge = gate_of(SEATED).judge("bob")
    assert learned(judge, insert(1)) == [insert(1).decode()]
    for count in (2, 10, 100, 1000, 5000):
        assert learned(judge, insert(count, "({}, 'b', 1)".replace(", 1", ""))) == []
        (ruling,) = ruled(judge, insert(count))
        assert ruling.verdict.kind is Kind.ALLOW
        assert ruling.statement.end >= len(insert(count))


def test_what_only_further_rows_touch_is_read() -> None:
    facts, sql = FactsCache(), insert(1000) + b", ((TABLE secret), 'a')"
    read(facts, sql)
    found = facts.find(sql, sql)
    assert found is not None
    assert found.script.statements[0].reads == {Name("", "secret")}


@pytest.mark.parametrize("constant", ["'secret'", "NULL", "$1"])
def test_where_constants_may_name_relations_all_of_them_are_read(constant: str) -> None:
    row = f"({constant}::regclass, {{}})"
    facts, sql = FactsCache(), insert(1000, row) + b", ('secret'::regclass, 1)"
    assert sql.decode() in read(facts, sql)
    found = facts.find(sql, sql)
    assert found is not None
    assert Name("", "secret") in found.script.statements[0].others


def test_what_is_long_otherwise_is_read_as_it_is() -> None:
    sql = b"SELECT " + b"1, " * MAX_BYTES + b"1"
    facts = FactsCache()
    assert read(facts, sql) == [sql.decode()]
    assert read(facts, sql) == []
    assert facts.misses == 1


@pytest.mark.parametrize("tail", [b"\xff", b"\xc3", b"\xc3(", b"\xed\xa0\x80"])
@pytest.mark.parametrize("letters", ["a", "\xe4", "\u20ac", "\U0001f600"])
def test_what_is_not_unicode_is_not_read(letters: str, tail: bytes) -> None:
    sql = insert(1, f"('{letters * SLICE_BYTES}')")
    judge = gate_of(SEATED).judge("bob")
    assert len(ruled(judge, sql)) == 1
    assert learned(judge, sql + tail) == []
    (ruling,) = ruled(judge, sql + tail)
    assert ruling.verdict.kind is Kind.REFUSE
    assert NOT_READABLE.refusal in f"{ruling.verdict.detail} {ruling.verdict.message}"


def test_others_have_their_turns_meanwhile() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def learn() -> None:
        counting = asyncio.ensure_future(count())
        await learn_long(FactsCache(), insert(100_000), Reading(), "bob")
        counting.cancel()

    asyncio.run(learn())
    assert turns > len(insert(100_000)) // (40 << 10)

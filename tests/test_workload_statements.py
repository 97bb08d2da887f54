"""The statements that the benchmark makes up are the same each time, and as many as it says."""

import random
import re
from collections import Counter
from itertools import islice

import pytest
from bench.workloads import adhoc
from bench.workloads.inserts import MOST_PARAMETERS, inserts, message, text
from bench.workloads.orm import BEGIN, COMMIT, occurrences, trace
from bench.workloads.shapes import Shape, shapes

from pgtoll.wire.messages import read_parse, read_query
from pgtoll_policy.shape import shape_of

NUMBER = 2_000


@pytest.fixture(scope="module")
def application() -> list[Shape]:
    return shapes(NUMBER)


def seeded() -> random.Random:
    return random.Random(1)  # noqa: S311  # nothing secret


def sql_of(message: bytes) -> bytes:
    """The SQL that messages begin with."""
    if message.startswith(b"Q"):
        return read_query(message)
    return read_parse(message)[1]


def test_an_application_has_so_many_shapes(application: list[Shape]) -> None:
    sent = {shape_of(sql_of(shape.sent(seeded()))) for shape in application}
    assert len(sent) == len(application) == NUMBER
    assert None not in sent


def test_an_application_is_the_same_each_time(application: list[Shape]) -> None:
    assert shapes(NUMBER) == application
    assert trace.__wrapped__(100, 400) == trace(100, 400)


def test_an_application_does_all_kinds_of_things(application: list[Shape]) -> None:
    verbs = Counter(shape.verb for shape in application)
    assert verbs == {"SELECT": 1300, "INSERT": 300, "UPDATE": 300, "DELETE": 100}
    assert 0.2 < sum(shape.in_text for shape in application) / NUMBER < 0.3
    for word in ("JOIN", "GROUP BY", "IN (SELECT", "LIKE", "BETWEEN", "RETURNING", "::INTEGER"):
        assert any(word in shape.sql for shape in application)


def test_values_differ_and_the_key_is_ones_own(application: list[Shape]) -> None:
    insert = next(shape for shape in application if shape.verb == "INSERT" and not shape.in_text)
    numbers = seeded()
    assert insert.sent(numbers, 12345) != (other := insert.sent(numbers, 12345))
    assert b"\0\0\0\x0512345" in other


def test_each_shape_occurs_and_few_often(application: list[Shape]) -> None:
    counts = Counter(shape.sql for shape in occurrences(application, 20_000, seeded()))
    assert counts.total() == pytest.approx(20_000, rel=0.1)
    assert len(counts) == NUMBER
    assert sum(count for _, count in counts.most_common(20)) > 0.4 * counts.total()
    assert all(re.match(r'SELECT .*\.("?)id\1 = \$1', sql) for sql, _ in counts.most_common(20))


def test_each_shape_is_sent_once_before() -> None:
    once = [one for unit in trace(100, 400).once for one in unit if one not in (BEGIN, COMMIT)]
    assert len({shape_of(sql_of(one)) for one in once}) == len(once) == 100


def test_what_is_inserted_is_deleted_in_the_same_transaction() -> None:
    blocks = [unit for unit in trace(100, 400).units if len(unit) > 1]
    assert blocks
    for begin, insert, delete, commit in blocks:
        assert (begin, commit) == (BEGIN, COMMIT)
        inserted, deleted = (
            sql_of(one).decode().replace('"', "").split() for one in (insert, delete)
        )
        assert (inserted[0], deleted[0]) == ("INSERT", "DELETE")
        assert inserted[2] == deleted[2]


def test_what_is_asked_ad_hoc_never_repeats() -> None:
    found = [sql for seed in ("1/0", "1/1", "2/0") for sql in islice(adhoc.statements(seed), 1_000)]
    assert len({shape_of(sql.encode()) for sql in found}) == len(found) == 3_000
    assert found[:1_000] == list(islice(adhoc.statements("1/0"), 1_000))


def test_inserts_are_of_all_sizes() -> None:
    found = list(islice(inserts(5_000), 60))
    sizes = [len(insert.rows) for insert in found]
    assert min(sizes) < 3
    assert max(sizes) > 2_500
    assert found == list(islice(inserts(5_000), 60))
    assert all(len(insert.rows) * (len(insert.columns) + 1) <= MOST_PARAMETERS for insert in found)


def test_an_insert_may_be_written_in_two_ways() -> None:
    insert = next(
        insert for insert in inserts(5) if len(insert.rows) == 2 and len(insert.columns) == 2
    )
    (a, b), (c, d) = insert.rows
    head = "INSERT INTO load_point (id, x, y) VALUES "
    assert text(insert) == (head + "(", f", {a}, {b}), (1, {c}, {d})")
    assert f"P\0\0\0K\0{head}($1, $2, $3), ($4, $5, $6)\0".encode() in message(insert)

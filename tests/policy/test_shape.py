"""Keys of facts: one for all constants, never one for two statements of different facts."""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statement_corpus import Row, sample

from pgtoll_policy.facts import Statement
from pgtoll_policy.lexer import rejoin, scan
from pgtoll_policy.libpg_query import TOKENS, QueryError
from pgtoll_policy.shape import MAX_BYTES, shape_of, shortened, trimmed
from pgtoll_policy.statement import read_script

KINDS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES"})
ROWS = tuple(row for row in sample(9) if row.kind in KINDS)
CONSTANTS = {TOKENS["SCONST"]: "'{}'", TOKENS["ICONST"]: "{}", TOKENS["FCONST"]: "{}.5"}


def facts(sql: str) -> Statement | None:
    """Return what may be kept under the shape of a text, if anything."""
    script = read_script(sql, second_reader=False)
    return replace(script.statements[0], start=0, end=0) if script.shapeable else None


@pytest.mark.parametrize(
    ("sql", "key"),
    [
        (b"SELECT 1", b"SELECT $1"),
        (b"select 'a', 2.5, null from t where b in (1, 2)", None),
        (b"-- a\n /* b * / */ ((TABLE t)) /* c */;", b"((TABLE t))"),
        (
            b"INSERT INTO t VALUES (1, 'a'), (2, 'b') , (3, NULL) ;\n",
            b"INSERT INTO t VALUES ($1, $2)",
        ),
        (b"INSERT INTO t VALUES ($1,$2),($3,$4)", b"INSERT INTO t VALUES ($1,$2)"),
        (b"VALUES (1, 'a'), (2, 'b')", b"VALUES ($1, $2),..."),
        (b"VALUES (1)", b"VALUES ($1)"),
        (b"\n\tSELECT 1 ; \n", b"SELECT $1"),
        (b"MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", None),
    ],
)
def test_constants_are_left_out(sql: bytes, key: bytes | None) -> None:
    assert shape_of(sql) == (key or shape_of(sql.replace(b"1", b"7")))
    assert shape_of(sql) is not None


@pytest.mark.parametrize(
    "sql",
    [
        b"",
        b"SET a = 1",
        b"BEGIN",
        b"DO 'x'",
        b"selected",
        b"SELECT 1\0",
        b"SELECT FROM FROM",
        b"/* /* */ SELECT 1",
        b"SELECT '" + b"x" * MAX_BYTES + b"'",
        b" " * MAX_BYTES,
    ],
)
def test_what_has_no_safe_key_has_none(sql: bytes) -> None:
    assert shape_of(sql) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"SELECT * FROM s1.t", b"SELECT * FROM s2.t"),
        (b'SELECT * FROM "S 1"."T 3"', b'SELECT * FROM "S 1"."T 4"'),
        (b"INSERT INTO t VALUES (1), (2)", b"INSERT INTO u VALUES (1), (2)"),
        (b"VALUES (1), (2)", b"VALUES (1)"),
        (b"INSERT INTO t VALUES (1, 2), (3, 4)", b"INSERT INTO t VALUES (1), (3)"),
        (b"INSERT INTO t VALUES (1), (f(2))", b"INSERT INTO t VALUES (1), (g(2))"),
        (b"VALUES (1), (2) LIMIT (TABLE t)", b"VALUES (1), (2) LIMIT (TABLE u)"),
        (b"SELECT $$'$$ FROM t --'", b"SELECT $$'$$ FROM u --'"),
        (b"SELECT E'\\'' FROM t --'", b"SELECT E'\\'' FROM u --'"),
        (b"SELECT 1 /*'*/ FROM t /*'*/", b"SELECT 1 /*'*/ FROM u /*'*/"),
    ],
)
def test_different_statements_have_different_keys(one: bytes, other: bytes) -> None:
    assert None not in (shape_of(one), shape_of(other))
    assert shape_of(one) != shape_of(other)


@pytest.mark.parametrize(
    ("sql", "bare"),
    [
        ("SELECT 1", "SELECT 1"),
        (" ;\n SELECT 1 ; ;\t", "SELECT 1"),
        ("--a\n--b\r\nSELECT 1", "SELECT 1"),
        ("/*a*//**/ /***/ SELECT 1 /* b' */", "SELECT 1"),
        ("/* /* a */ */ SELECT 1", "/* /* a */ */ SELECT 1"),
        ("/*/ SELECT 1", "/*/ SELECT 1"),
        ("SELECT 1 /* a */ /* b */", "SELECT 1 /* a */"),
        ("SELECT 1 /* /* a */ */", "SELECT 1 /* /* a */ */"),
        ("SELECT 1 /*/", "SELECT 1 /*/"),
        ("SELECT 1 -- /* a */", "SELECT 1 --"),
        ("SELECT 1 -- /* a\n, b -- */", "SELECT 1 -- /* a\n, b -- */"),
        ("SELECT 1 -- /* a\r, b -- */", "SELECT 1 -- /* a\r, b -- */"),
        ("SELECT '/*', b --*/", "SELECT '"),
        ("--", "--"),
        ("", ""),
    ],
)
def test_what_stands_around_a_statement_is_left_out(sql: str, bare: str) -> None:
    assert trimmed(sql.encode()) == bare.encode()


@pytest.mark.parametrize(
    "sql",
    [
        b"SELECT '/*', b FROM t --*/",
        b'SELECT "/*", b FROM t --*/',
        b"SELECT $$/*$$, b FROM t --*/",
        b"SELECT E'\\'/*', b FROM t --*/",
        b"SELECT 1 /* /*, b */",
    ],
)
def test_where_a_comment_seems_to_begin_in_something_else_there_is_no_key(sql: bytes) -> None:
    assert shape_of(sql) is None


AROUND = st.lists(
    st.sampled_from(
        [
            "/*",
            "*/",
            "/",
            "*",
            "--",
            "\n",
            "\r",
            "'",
            '"',
            "$$",
            "E'\\'",
            "a",
            " ",
            ";",
            "(",
            "TABLE t",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=2000)
@given(AROUND, AROUND)
def test_nothing_but_comments_is_left_out(before: str, behind: str) -> None:
    sql = f"{before}SELECT a{behind}".encode()
    try:
        found, kept = ([(one.kind, one.text) for one in scan(part)] for part in (sql, trimmed(sql)))
    except QueryError:
        return
    assert [one for one in kept if one[1] != ";"] == [one for one in found if one[1] != ";"]


def test_in_the_corpus_no_key_stands_for_two_facts() -> None:
    kept: dict[bytes, set[Statement]] = defaultdict(set)
    for row in ROWS:
        key, found = shape_of(row.sql.encode()), facts(row.sql)
        if key is not None and found is not None:
            kept[key].add(found)
    assert len(kept) > 1000
    assert [key for key, found in kept.items() if len(found) > 1] == []


@given(st.sampled_from(ROWS), st.integers(0, 10**6))
def test_with_other_constants_a_shape_has_the_same_facts(row: Row, number: int) -> None:
    try:
        lexemes = scan(row.sql.encode())
    except QueryError:
        return
    changed = [
        lexeme._replace(text=CONSTANTS[lexeme.kind].format(number))
        if lexeme.kind in CONSTANTS
        else lexeme
        for lexeme in lexemes
    ]
    one, other = rejoin(lexemes), rejoin(changed)
    if shape_of(one.encode()) == shape_of(other.encode()) is not None:
        assert facts(one) == facts(other)


@given(st.integers(1, 400), st.sampled_from(["{}", "'{}'", "-{}", "NULL"]))
def test_all_row_counts_have_one_key(count: int, constant: str) -> None:
    values = ", ".join(f"({constant.format(number)}, {number})" for number in range(count))
    sql = f"INSERT INTO t VALUES {values} ON CONFLICT DO NOTHING"
    assert shape_of(sql.encode()) == b"INSERT INTO t VALUES ($1, $2) ON CONFLICT DO NOTHING"


@given(st.binary(max_size=200))
def test_whatever_comes_nothing_is_raised(tail: bytes) -> None:
    shape_of(tail)
    shape_of(b"SELECT " + tail)


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("INSERT INTO t VALUES (1, 'x'), (-2, NULL)", "INSERT INTO t VALUES ($1, $1)"),
        ("INSERT INTO t VALUES (1), (f(1)), (f(2))", "INSERT INTO t VALUES ($1), (f($1))"),
        ('INSERT INTO "a (b)" ("x") VALUES (1),(2)', 'INSERT INTO "a (b)" ("x") VALUES ($1)'),
        ("VALUES (f(1), DEFAULT), (f(2), DEFAULT) LIMIT 3", "VALUES (f($1), DEFAULT) LIMIT $1"),
        ("VALUES (1::a),(2::b),(3::b)", "VALUES ($1::a),($1::b)"),
        ("VALUES (1), ((TABLE a)), ((TABLE b))", "VALUES ($1), ((TABLE a)), ((TABLE b))"),
        (f"SELECT a IN ({', '.join('1' * 50)})", "SELECT a IN ($1)"),
        ("SELECT f(1, 2, 3)", "SELECT f($1, $1, $1)"),
    ],
)
def test_a_shortened_text_has_one_of_each_row(long: str, short: str) -> None:
    assert shortened(long.encode()) == short.encode()


@pytest.mark.parametrize(
    "sql",
    [
        'INSERT INTO "a $1" VALUES (1), (2)',
        "INSERT INTO a$1 VALUES (1), (2)",
        "INSERT INTO t VALUES (1), (2) -- (",
        "INSERT INTO t /* ( */ VALUES (1), (2)",
        "TABLE U&\"!0061\" UESCAPE '!'",
        "DELETE FORM t",
        "DROP TABLE t",
    ],
)
def test_what_is_not_sure_to_be_shortened_well_is_not(sql: str) -> None:
    assert shortened(sql.encode()) is None

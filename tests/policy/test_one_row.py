"""Of many rows one is left; what is left out names nothing, in the eyes of PostgreSQL's scanner."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pgtoll_policy import one_row
from pgtoll_policy.facts import Script
from pgtoll_policy.lexer import Lexeme, scan
from pgtoll_policy.libpg_query import TOKENS, QueryError
from pgtoll_policy.one_row import LONGEST_ROW, SLICE_BYTES, leaving_out_rows, with_one_row
from pgtoll_policy.statement import read_script

_HARMLESS = """
SCONST ICONST FCONST PARAM NULL_P TRUE_P FALSE_P DEFAULT ASCII_40 ASCII_41 ASCII_44 ASCII_46
ASCII_36
"""
HARMLESS = frozenset(TOKENS[name] for name in _HARMLESS.split())
# What a row may be made of, and what may be taken for something else beside it.
FRAGMENTS = (
    ",", ", ", ",  ", ",\n", "(", ")", "),(", "), (", ") , (", ");", " ", "\t", "\v", "\n", ";",
    "1", "-1", "- 1", "--1", "2.5", ".5", "1.", "-", "$1", "$12", "$", "$$", "$a$", "1e5", "0x1",
    "'a'", "'it''s'", "''", "'", "'a\\'", "E'a\\'b'", "e'\\\\'", "E'", "U&'a'", "B'1'", "N'a'",
    "NULL", "null", "true", "FALSE", "DEFAULT", "nullx", "1NULL", "now()", "f()", "f", "f2",
    "::int", "::t", "::s.t", "::t[]", "::numeric(5,2)", "::regclass", '::"t"', "::t.x", "::",
    ". f", ".f", " f", "current_user", "/*", "*/", "/* ' */", "--", "-- '\n", '"a"', '"', "\\",
    "(TABLE u)", "(SELECT 1)", "|| 'a'", "+ 1", "RETURNING x", "ON CONFLICT DO NOTHING", "\xe9",
    "ARRAY[1]", "date '1'", "$$'$$", "$a$'$a$",
)  # fmt: skip
USUAL = (
    "1", "'a'", "NULL", "$1", "-1", "2.5", "'it''s'", "true", "DEFAULT", "E'a\\'b'", "'a'::t",
    "$2::int", "now()", "f", " f", "\n1", "current_user", "''",
)  # fmt: skip
HEADS = (
    "INSERT INTO t VALUES ",
    "insert into s.t (a, b)values",
    'INSERT INTO "t" ("a b") VALUES\n',
    "/* a */ INSERT INTO t AS x (a) OVERRIDING SYSTEM VALUE VALUES ",
    "INSERT INTO $a VALUES ",
    "INSERT INTO t -- VALUES\n VALUES ",
    "/* /* */ INSERT INTO t VALUES ",
    'INSERT INTO U&"t" VALUES ',
    "WITH x AS (SELECT 1) INSERT INTO t VALUES ",
    "INSERT INTO t(a$b) VALUES ",
)


def alone(sql: str) -> str:
    return with_one_row(sql.encode()).decode()


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        ("(1), (2), (3)", "(1)"),
        ("(1,'a'),(2,'b''c')\n,\n(3 , '(' )", "(1,'a')"),
        ("($1, $2), ($3, $4)", "($1, $2)"),
        ("(-1, NULL), (-2.5, true), (3, DEFAULT)", "(-1, NULL)"),
        ("($1::INTEGER, $2::VARCHAR), ($3::INTEGER, $4::VARCHAR)", "($1::INTEGER, $2::VARCHAR)"),
        ("('a'::\"T t\"), ('b'::\"T t\")", "('a'::\"T t\")"),
        ("('a', now(), 1::numeric(5, 2)[]), ('b',now(),2)", "('a', now(), 1::numeric(5, 2)[])"),
        ("(now(),now(),now()), (now(),now(), now())", "(now(),now(),now())"),
        ("(E'a\\''::t, '\\'), (E'b\\\\'::t, 'x')", "(E'a\\''::t, '\\')"),
        ("(1::a, 2::a b), (3::a b, 4::a)", "(1::a, 2::a b)"),
        ("(1, 2), (now(), 3)", None),
        ("(1, 2), (f, 3)", None),
        ("(1), ((2))", None),
        ("((1)), (2)", None),
    ],
)
@pytest.mark.parametrize("tail", ["", ";\n", " ON CONFLICT DO NOTHING RETURNING x", ", (f(1))"])
def test_rows_of_what_the_first_one_holds_are_left_out(
    rows: str, first: str | None, tail: str
) -> None:
    head = "INSERT INTO t (a, b) VALUES "
    assert alone(f"{head}{rows}{tail}") == f"{head}{first or rows}{tail}"


@pytest.mark.parametrize("head", HEADS[:4])
def test_rows_are_found_behind_the_usual_beginnings(head: str) -> None:
    assert alone(head + "(1),(2)") == head + "(1)"


@pytest.mark.parametrize("head", HEADS[4:])
def test_rows_are_not_looked_for_behind_other_ones(head: str) -> None:
    assert alone(head + "(1),(2)") == head + "(1),(2)"


@pytest.mark.parametrize(
    "row",
    [
        "(E'a'\n'\\', f(), ')",  # one string over two lines, escapes in both
        "($1 . null)",  # calls a function of that name
        "($1 . f)",
        "($1.f)",
        "(-1::t)",  # an operator in front of a cast
        "(- '1')",
        "(-$1)",
        "(1 - 2)",
        "(1 -2)",
        "($a$'$a$, f(), $a$'$a$)",
        "($$'$$, f(), $$'$$)",  # what looks like a string is not one, and the other way round
        "('a'::t2)",
        "(f2)",
        "(f.2)",
        "($1$$a$$)",
        "(U&'!' UESCAPE '!')",
        "(1NULL)",
        "(nullx)",
        "(NULL IS NULL)",
        "('a'::s.t)",
        "('a'::t.x)",
        "('a'::t . x)",
        "('a'::t::regclass)",
        "(1 /* ', */)",
        "(1 -- ',\n)",
        "(1\v)",
        "(1\0)",
        "(f (1))",
        "((TABLE u))",
        "(1",
    ],
)
def test_a_row_with_anything_else_in_it_stays(row: str) -> None:
    sql = f"INSERT INTO t VALUES ('a'::t, f), {row}, (2)"
    assert alone(sql) == sql
    assert alone(f"INSERT INTO t VALUES (1), (2), {row}") in (
        f"INSERT INTO t VALUES (1), {row}",
        f"INSERT INTO t VALUES (1), (2), {row}",
    )


@pytest.mark.parametrize(
    "first",
    [
        "('x::s.t, ', 1)",
        "(', f(), ')",
        "(E'\\', f(), ')",
        "(E'\\', 1::s.t, ')",
        "(e'a\\\\', ', f(), ')",
    ],
)
def test_what_is_but_in_a_string_of_the_first_row_is_not_in_that_row(first: str) -> None:
    for other in ("(1::s.t)", "(f())"):
        sql = f"INSERT INTO t VALUES {first}, {other}"
        assert alone(sql) == sql


def test_two_dollars_matter_in_rows_only() -> None:
    head, tail = "INSERT INTO t$$x VALUES ('a')", " RETURNING $$'$$"
    assert alone(head + ", ('b'), ('c')" + tail) == head + tail
    long = ", ('b')" * SLICE_BYTES
    assert alone(head + long + ", ('$$'), ('c')" + tail).endswith(", ('$$'), ('c')" + tail)


def test_too_many_casts_and_words_are_not_looked_for() -> None:
    row = "(" + ", ".join(f"{number}::t{number}" for number in range(one_row.MOST_PIECES + 1)) + ")"
    sql = f"INSERT INTO t VALUES {row}, {row}"
    assert alone(sql) == sql
    shorter = sql.replace(f", {one_row.MOST_PIECES}::t{one_row.MOST_PIECES}", "")
    assert alone(shorter) == shorter[: len(shorter) // 2 + 10]


def test_a_long_row_is_followed_and_a_longer_one_ends_it() -> None:
    head, tail = "INSERT INTO t VALUES ('a')", " RETURNING x"
    long, longer = (f", ('{'x' * size}')" for size in (LONGEST_ROW - 10, LONGEST_ROW))
    assert alone(head + long * 3 + ", ('b')" + tail) == head + tail
    assert alone(head + long + longer + tail) == head + longer + tail


@pytest.mark.parametrize("size", [1, 100, 20_000])
def test_one_step_of_many_takes_no_longer_for_more_rows(size: int) -> None:
    sql = b"INSERT INTO t VALUES (1)" + b", (1)" * size
    assert len(list(leaving_out_rows(sql))) <= len(sql) // (SLICE_BYTES - 10) + 1


@pytest.mark.parametrize(
    "part",
    [
        "(1",
        "('",
        "(1,",
        ", (1)(",
        "(1), ('a ",
        "('a'",
        "-",
        "(E'\\",
        "(null",
        "((",
        ", (1::t",
        "1, ",
    ],
)
def test_hostile_rows_take_time_in_proportion(part: str) -> None:
    def seconds(size: int) -> float:
        sql = b"INSERT INTO t VALUES (1::t), (2), " + part.encode() * (size // len(part))
        began = time.thread_time()
        with_one_row(sql)
        return time.thread_time() - began

    assert min(seconds(1 << 20) for _ in range(3)) < 0.5
    assert min(seconds(8 << 20) for _ in range(2)) < 1.0


# Against PostgreSQL's scanner and grammar


def tokens(data: bytes) -> list[Lexeme] | None:
    try:
        return scan(data)
    except (QueryError, UnicodeDecodeError):
        return None


def left_out(data: bytes, short: bytes) -> tuple[list[Lexeme], list[Lexeme]] | None:
    """Return the tokens that stay and those left out, if it is whole ones; None otherwise."""
    found, size = tokens(data) or [], len(data) - len(short)
    ends = {one.start + len(one.text.encode()) for one in found}
    for at in sorted(ends):
        inside = [one for one in found if at <= one.start < at + size]
        whole = at + size in ends and inside and inside[-1].text == ")"
        if whole and data[:at] + data[at + size :] == short:
            return [one for one in found if one not in inside], inside
    return None


def is_harmless(inside: Sequence[Lexeme], stays: Sequence[Lexeme]) -> bool:
    known = {one.text for one in stays}
    texts = [one.text for one in inside]
    return all(
        one.kind in HARMLESS
        or (one.text == "-" and texts[at - 1] in "(," and texts[at + 2] in "),")
        or (one.text != "-" and one.text in known)
        for at, one in enumerate(inside)
    )


def facts(data: bytes) -> Script:
    script = read_script(data.decode(), second_reader=False)
    return replace(
        script, statements=tuple(replace(one, start=0, end=0) for one in script.statements)
    )


def check(sql: str) -> None:
    data = sql.encode()
    short = with_one_row(data)
    if short == data or tokens(data) is None:
        return
    parts = left_out(data, short)
    assert parts is not None
    assert is_harmless(parts[1], parts[0])
    one, all_of_them = facts(short), facts(data)
    assert not one.shapeable or all_of_them.rejected or all_of_them == one


ROWS = st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join)
ITEMS = st.one_of(
    *[st.sampled_from(USUAL)] * 6,
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=3).map("".join),
)
WELL_FORMED = st.lists(ITEMS, min_size=1, max_size=4).map(lambda items: f"({', '.join(items)})")


@settings(max_examples=1000)
@given(
    st.sampled_from(HEADS),
    st.lists(WELL_FORMED, min_size=2, max_size=5).map(", ".join),
    st.one_of(st.just(""), ROWS),
)
@example(HEADS[0], "(1), ($1 . null)", "")
@example(HEADS[0], "(1), (-11.2.5)", "")
@example(HEADS[0], "(E'\\', f(), '), (f())", "")
@example(HEADS[0], "('a'), (E'a'\n'\\', f(), ')", "")
def test_what_is_left_out_names_nothing(head: str, rows: str, tail: str) -> None:
    check(head + rows + tail)


@settings(max_examples=500)
@given(st.sampled_from(HEADS), ROWS)
def test_whatever_comes_what_is_left_out_names_nothing(head: str, rows: str) -> None:
    check(head + "(1, 'a', f), " + rows)


@settings(max_examples=500)
@given(st.lists(WELL_FORMED, min_size=2, max_size=9).map(", ".join), st.integers(30, 90))
def test_where_a_slice_ends_does_not_matter(rows: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(one_row, "SLICE_BYTES", size)
        check(HEADS[0] + rows)


@given(st.binary(max_size=300))
def test_whatever_comes_nothing_is_raised(data: bytes) -> None:
    with_one_row(data)
    with_one_row(b"INSERT INTO t VALUES (1), (" + data)

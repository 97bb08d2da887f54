"""Tokens of PostgreSQL's own scanner, and text made of them again."""

import pytest

from pgtoll_policy.lexer import (
    may_hold_strings,
    rejoin,
    scan,
    without_comments,
    without_long_lists,
)
from pgtoll_policy.libpg_query import QueryError


@pytest.mark.parametrize(
    ("sql", "again"),
    [
        ("SELECT y, @1. FROM secret", "SELECT y , @ 1.0 FROM secret"),
        ("SELECT $1,$2", "SELECT $1 , $2"),
        ("SELECT x #--'\n0", "SELECT x # 0"),
        ("SELECT é/* ü */FROM t -- x", "SELECT é FROM t"),
        ("SELECT a$x$ FROM t", "SELECT a$x$ FROM t"),
        ("SELECT $a$ é $a$, E'\\'', U&'x'", "SELECT $a$ é $a$ , E'\\'' , U&'x'"),
    ],
)
def test_tokens_are_joined_by_blanks_and_comments_dropped(sql: str, again: str) -> None:
    assert rejoin(scan(sql.encode())) == again


def test_an_open_string_is_an_error() -> None:
    with pytest.raises(QueryError, match="unterminated"):
        scan(b"SELECT 'a")


@pytest.mark.parametrize(
    ("sql", "short"),
    [
        ("VALUES (1, $2), (3, 'x'), (NULL, TRUE), (5, 1.5)", "VALUES ( 1 , $2 )"),
        (
            "VALUES ($1::int, $2::a), ($3::int, $4::a), ($5::int, $6::a), ($7::int, $8::a) LIMIT x",
            "VALUES ( $1 :: int , $2 :: a ) LIMIT x",
        ),
        (f"a IN ({', '.join('123456789' * 5)})", "a IN ( 1 )"),
        ("a IN (1, 2, 3)", "a IN ( 1 , 2 , 3 )"),
        ("VALUES (-1, a), (DEFAULT, -1), (date 'x', -1::b), (1, 2)", "VALUES ( - 1 , a )"),
        ("VALUES (1), (2)", "VALUES ( 1 ) , ( 2 )"),
        (f"SELECT {', '.join('ab' * 20)}", f"SELECT {' , '.join('ab' * 20)}"),
        ("VALUES (1), (2), (f(3)), (4)", "VALUES ( 1 ) , ( 2 ) , ( f ( 3 ) ) , ( 4 )"),
        (
            "VALUES (1), (2), (3), (4), ((SELECT 1 FROM t)), (5)",
            "VALUES ( 1 ) , ( ( SELECT 1 FROM t ) ) , ( 5 )",
        ),
    ],
)
def test_only_constants_are_left_out_of_long_lists(sql: str, short: str) -> None:
    assert rejoin(without_long_lists(scan(sql.encode()))) == short


@pytest.mark.parametrize(
    ("sql", "plain"),
    [
        ("a/* */b", "a     b"),
        ("a--b\n'c'", "a   \n'c'"),
        ("'--' /* /* */ ' */", "'--'" + " " * 14),
        ("U&'!0061'/**/UESCAPE--\n'!'", "U&'!0061'    UESCAPE  \n'!'"),
    ],
)
def test_comments_become_blanks_and_nothing_moves(sql: str, plain: str) -> None:
    assert without_comments(sql.encode()) == plain.encode()


@pytest.mark.parametrize(
    ("sql", "may"),
    [
        (b"SELECT 1", False),
        (b"SELECT $1, $23", False),
        (b"SELECT 'x'", True),
        (b"SELECT $$x$$", True),
        (b"SELECT $t$x$t$", True),
        (b"SELECT $\xc3\xa4$x$\xc3\xa4$", True),
    ],
)
def test_strings_begin_with_a_quote_or_a_dollar(sql: bytes, may: bool) -> None:
    assert may_hold_strings(sql) is may

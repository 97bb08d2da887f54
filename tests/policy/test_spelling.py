"""`pgtoll.user` is put into quotes exactly where PostgreSQL would take it for a keyword."""

import pytest

from pgtoll_policy import libpg_query
from pgtoll_policy.spelling import LONGEST, mentions_ours, respelled

REWRITTEN = [
    (b"SET pgtoll.user = 'a'", b"SET pgtoll.\"user\" = 'a'"),
    (b"set local pgtoll.user to a", b'set local pgtoll."user" to a'),
    (
        b"Set Session PgToll . /* here */ User To 'a'",
        b"Set Session PgToll . /* here */ \"user\" To 'a'",
    ),
    (b"RESET pgtoll.user", b'RESET pgtoll."user"'),
    (b"show pgtoll.user;", b'show pgtoll."user";'),
    (b'SHOW "pgtoll".user', b'SHOW "pgtoll"."user"'),
    (b"BEGIN; SET LOCAL pgtoll.user='a';", b"BEGIN; SET LOCAL pgtoll.\"user\"='a';"),
    (
        b"-- pgtoll\n/* ; */ SET pgtoll.user TO DEFAULT",
        b'-- pgtoll\n/* ; */ SET pgtoll."user" TO DEFAULT',
    ),
]


@pytest.mark.parametrize(("sql", "expected"), REWRITTEN)
def test_what_is_put_into_quotes(sql: bytes, expected: bytes) -> None:
    assert respelled(sql) == expected
    libpg_query.parse(expected, backslash_escapes=False)


LEFT_ALONE = [
    b"SET pgtoll.\"user\" = 'a'",
    b"SELECT 'SET pgtoll.user = 1'",
    b"SELECT $$; SET pgtoll.user = 1$$",
    b"SELECT pgtoll.user",
    b"SET pgtoll.other = 'a'",
    b"SET other.user = 'a'",
    b"UPDATE t SET pgtoll.user = 1",
    b"SET ROLE pgtoll; SELECT user",
    b"SET pgtoll.user = 'a\\'",  # where its constant ends depends on the session
    b"SET pgtoll.user = 'a",  # no text of PostgreSQL's
    b"SELECT 1",
]


@pytest.mark.parametrize("sql", LEFT_ALONE)
def test_what_is_left_alone(sql: bytes) -> None:
    assert respelled(sql) is sql or respelled(sql) == sql


def test_long_texts_are_not_scanned() -> None:
    assert not mentions_ours(b"PGTOLL" + b" " * LONGEST)
    long = b"SET pgtoll.user = 'a" + b"a" * LONGEST + b"'"
    assert mentions_ours(long)
    assert respelled(long) == long

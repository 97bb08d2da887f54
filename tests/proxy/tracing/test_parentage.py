"""What a comment says of the caller is believed only where it is a comment, and valid."""

import pytest
from tracing_samples import SPAN, TRACE, traceparent

from pgtoll.tracing.parentage import LONGEST_COMMENT, Parent, parent_of

PARENT = Parent(bytes.fromhex(TRACE), bytes.fromhex(SPAN), True)


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT 1 {traceparent()}",
        f"SELECT 1 {traceparent()};\n",
        f"{traceparent()} SELECT 1",
        f"SELECT 1 /*traceparent='00-{TRACE}-{SPAN}-01',tracestate='x'*/",
        f"SELECT '{'x' * 100_000}' {traceparent()}",
    ],
)
def test_a_comment_at_either_end_names_the_caller(sql: str) -> None:
    assert parent_of(sql.encode()) == PARENT


def test_whether_the_caller_is_traced_is_said_too() -> None:
    found = parent_of(f"SELECT 1 {traceparent('00')}".encode())
    assert found == PARENT._replace(sampled=False)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        f"SELECT '{traceparent()}'",  # a value that some user has sent
        f"INSERT INTO t VALUES ('{traceparent()}')",
        f"SELECT {traceparent()} 1",
        f"SELECT 1 /*traceparent='00-{'0' * 32}-{SPAN}-01'*/",
        f"SELECT 1 /*traceparent='00-{TRACE}-{'0' * 16}-01'*/",
        f"SELECT 1 /*traceparent='ff-{TRACE}-{SPAN}-01'*/",
        f"SELECT 1 /*traceparent='00-{TRACE.upper()}-{SPAN}-01'*/",
        f"SELECT 1 /*traceparent='00-{TRACE}-{SPAN}-1'*/",
        f"SELECT 1 /*xtraceparent='00-{TRACE}-{SPAN}-01'*/",
        f"SELECT 1 /*{'x' * LONGEST_COMMENT},traceparent='00-{TRACE}-{SPAN}-01'*/",
        "SELECT 1 /*traceparent=''*/",
        "/*" * 100_000 + "traceparent",
    ],
)
def test_anything_else_says_nothing(sql: str) -> None:
    assert parent_of(sql.encode()) is None

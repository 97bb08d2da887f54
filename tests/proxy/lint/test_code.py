"""Tables near the cap, and code that is not read."""

from dataclasses import replace

import pytest
from grounds import ground

from pgtoll.doctor.findings import Severity
from pgtoll.lint.code import judge_functions, judge_tables
from pgtoll.lint.ground import Measure, Unread
from pgtoll.office.models import TableCap

DYNAMIC = Unread("public.f", "", "it uses dynamic SQL", "")


@pytest.mark.parametrize(
    ("rows", "severity"),
    [(799, None), (800, Severity.WARNING), (1000, Severity.PROBLEM), (None, None)],
)
def test_a_table_is_near_the_cap_from_a_share_on(rows: int | None, severity: object) -> None:
    table = TableCap("public", "t", ("base",), rows, 1000)
    found = list(judge_tables(ground(fullest=(table,)), Measure(cap_percent=80)))
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_more_rows_than_the_cap_are_told_as_such() -> None:
    (one,) = judge_tables(ground(fullest=(TableCap("s", "t", ("base",), 1001, 1000),)), Measure())
    assert one.what == "table s.t of product base, in demo mode, has more than 1,000 rows"


def test_a_function_that_is_not_read_comes_with_what_to_write() -> None:
    odd = replace(DYNAMIC, name='public.g"')
    one, two = judge_functions(ground(unread=(DYNAMIC, odd)))
    assert one.what == "function public.f is not read: it uses dynamic SQL"
    assert one.fix[0] == 'trusted_functions = ["public.f"], after you have read what it does'
    assert two.fix[0].startswith('trusted_functions = ["public.g\\""],')
    assert "is watched" in one.why


def test_what_cannot_be_watched_says_why() -> None:
    (one,) = judge_functions(ground(unread=(replace(DYNAMIC, unwatchable="is compiled code"),)))
    assert "refused every statement" in one.why
    assert one.why.endswith("it is compiled code.")


def test_functions_of_an_extension_are_told_together() -> None:
    many = tuple(
        Unread(f"public.g{number:02}", "geo", "it is compiled code", "") for number in range(12)
    )
    (one,) = judge_functions(ground(unread=many))
    assert one.what == "12 functions of extension geo are not read: it is compiled code"
    assert "… 2 more]" in one.fix[0]

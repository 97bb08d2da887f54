"""Why a function is not read is told in words."""

import pytest

from pgtoll.lint.survey import unread_functions
from pgtoll_policy.bodies import read_body
from pgtoll_policy.body import BodyText
from pgtoll_policy.rows import CatalogRows, FunctionRow

PLAIN = FunctionRow(1, "public", "plain", language="sql", body="SELECT 1")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (FunctionRow(2, "public", "f", language="c", body="f"), "it is compiled code"),
        (FunctionRow(2, "public", "f", language="plperl", body="f"), "it is written in plperl"),
        (PLAIN._replace(oid=2, rewired=True), "it sets a parameter that changes how its text"),
        (PLAIN._replace(oid=2, extension="dblink"), "it works outside the session"),
        (PLAIN._replace(oid=2, body="SELECT 2"), "there was no time to read it"),
        (PLAIN._replace(oid=2, body="SELECT FROM WHERE"), "a statement in it cannot"),
    ],
)
def test_what_is_not_read_says_why(row: FunctionRow, reason: str) -> None:
    texts = [BodyText("sql", "SELECT 1"), BodyText("sql", "SELECT FROM WHERE")]
    bodies = {text: read_body(text) for text in texts}
    found = unread_functions(CatalogRows(functions=(PLAIN, row)), (), bodies)
    assert [one.name for one in found] == [f"public.{row.name}"]
    assert found[0].reason.startswith(reason)


def test_what_is_trusted_or_ours_is_not_told() -> None:
    ours = FunctionRow(3, "pgtoll", "witness", body="BEGIN EXECUTE 'x'; END")
    odd = FunctionRow(2, "public", "f", language="c", body="f")
    rows = CatalogRows(functions=(ours, odd))
    assert unread_functions(rows, ("public.f",)) == ()

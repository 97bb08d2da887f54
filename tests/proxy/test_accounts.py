"""In observe mode the witness's functions are asked, and never its check."""

import pytest

from pgtoll import accounts
from pgtoll.catalog.marks import Mark

ASKED = "9,ARRAY[1]::int[],ARRAY[2,3]::int[]"
GLANCE = f"SELECT COALESCE(pgtoll.glance(7,ARRAY[8,9]::bigint[],{ASKED},"
MARK = Mark(7, frozenset({9, 8}))


def test_what_is_proven_goes_with_the_products_in_demo_mode() -> None:
    told = accounts.proven("ARRAY[1]::int[]", MARK, (-1, -16500))
    assert told == "pgtoll.proven(7,ARRAY[8,9]::bigint[],ARRAY[1]::int[],ARRAY[-1,-16500]::int[])"
    assert accounts.lacked_of(f"9,{told},ARRAY[2,3]::int[]") == "ARRAY[2,3]::int[]"


def test_what_runs_unread_has_a_note_before_it() -> None:
    lacked, mark = b"ARRAY[2,3]::int[]", b"7,ARRAY[8,9]::bigint[])"
    assert accounts.note(ASKED, MARK, ahead=True) == b"SELECT pgtoll.note(%b,true,%b" % (
        lacked,
        mark,
    )
    unmarked = b"SELECT pgtoll.note(%b,false,NULL,NULL)" % lacked
    assert accounts.note(ASKED, None, ahead=False) == unmarked
    before = b"SELECT pgtoll.before_watch(%b,%b" % (lacked, mark)
    assert accounts.before_watch(ASKED, MARK) == before


@pytest.mark.parametrize(
    ("committed", "noted", "text"),
    [
        (False, False, f"SELECT pgtoll.account({ASKED},false)"),
        (False, True, f"SELECT pgtoll.account({ASKED},true)"),
        (True, False, f"SELECT pgtoll.account_committed({ASKED})"),
    ],
)
def test_an_account_is_asked_about_the_cap_and_products(
    committed: bool, noted: bool, text: str
) -> None:
    assert accounts.account(ASKED, committed=committed, noted=noted).decode() == text


def test_behind_what_was_proven_only_a_glance_is_due() -> None:
    assert accounts.glance(ASKED, MARK).decode() == f"{GLANCE}false),NULL)"
    assert accounts.glance(ASKED, MARK, committed=True).decode() == f"{GLANCE}true),NULL)"


def test_rows_that_nobody_counts_are_asked_about_before_the_commit() -> None:
    rows = "pgtoll.glance_at_rows(9,ARRAY[1]::int[])"
    assert accounts.glance(ASKED, MARK, rows=True).decode() == f"{GLANCE}false),{rows},NULL)"
    assert accounts.glance(ASKED, None, rows=True).decode() == f"SELECT COALESCE({rows},NULL)"


def test_an_answer_is_read() -> None:
    said = b'{"rule":"cap","schema":"public","table":"t","product":"base","cap":7,"more":1}'
    assert accounts.read(said) == accounts.Told("cap", "public", "t", "base", "7")
    said = b'{"rule":"unsure","sqlstate":"40001","message":"m","detail":"d","hint":null}'
    told = accounts.Told("unsure", sqlstate="40001", message="m", detail="d")
    assert accounts.read(said) == told


@pytest.mark.parametrize("odd", [b"", b"[]", b"{}", b"\xff", b'{"rule":"cap"}', b'{"rule":"x"}'])
def test_an_odd_answer_is_not_understood(odd: bytes) -> None:
    assert accounts.read(odd) is None

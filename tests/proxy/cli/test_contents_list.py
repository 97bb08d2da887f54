"""What is printed of an exported file."""

import json

import pytest
from license_samples import KEYS
from stored import EMPTY, FULL

from pgtoll.cli.contents_list import counted, print_contents, print_contents_as_json


def test_counts_are_words() -> None:
    assert counted(EMPTY) == "0 products, 0 licenses, 0 revocations, 0 seats and 0 pinned tables"
    assert counted(FULL) == (
        "1 product, 1 license, 1 revocation, 2 seats, 2 pinned tables, 2 days of figures,"
        " 2 users' last days, 1 event and 1 refusal"
    )


def test_what_nobody_has_signed_is_never_shown_as_good(capsys: pytest.CaptureFixture[str]) -> None:
    print_contents(FULL, "ab" * 32, {})
    assert capsys.readouterr().out.count("not checked: give --trust") == 3
    print_contents(FULL, "ab" * 32, KEYS)
    shown = capsys.readouterr().out
    assert shown.count("good") == 3
    assert "only the documents in it are signed" in shown
    assert "ab" * 32 in shown


def test_an_empty_one_has_no_tables(capsys: pytest.CaptureFixture[str]) -> None:
    print_contents(EMPTY, "", KEYS)
    assert "SIGNATURE" not in capsys.readouterr().out


def test_programs_get_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_contents_as_json(FULL, "ab", KEYS)
    shown = json.loads(capsys.readouterr().out)
    assert [one["signature"] for one in shown["documents"]] == ["good"] * 3
    assert shown["records"]["pins"] == 2
    assert shown["records"]["users_seen"] == 2

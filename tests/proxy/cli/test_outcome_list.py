"""What is printed of an import: what was done, what was not and why, what is left to do."""

from dataclasses import replace

import pytest
from license_samples import PERSONAL, SERVER
from stored import EMPTY, FULL, NOON, seat

from pgtoll.backup.merging import Merge
from pgtoll.backup.past import Added
from pgtoll.backup.restoring import How, Outcome
from pgtoll.cli.outcome_list import print_outcome, request_for

NOTHING = Outcome(Merge(), "7", (), (), 0, (), Added(), 0, False)


def printed(capsys: pytest.CaptureFixture[str], outcome: Outcome, how: How) -> list[str]:
    print_outcome(outcome, EMPTY, how, None)
    return capsys.readouterr().out.splitlines()


def test_nothing_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, NOTHING, How()) == ["nothing was changed: the store had all of it"]
    assert printed(capsys, NOTHING, How(dry=True)) == ["dry run: nothing was changed"]


def test_each_change_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    merge = Merge(
        added=list(FULL.documents),
        granted=[seat("a\x1b")],
        recalled=[seat("b")],
        moved=[seat("c")],
        clock=NOON,
        ahead=["it is newer"],
    )
    outcome = replace(NOTHING, merge=merge, pinned=1, unpinned=FULL.pins[:1], settled=1)
    lines = printed(capsys, outcome, How())
    assert lines[0] == "added: product marketing, serial 1"
    assert "granted: the seat of a\\x1b for product marketing" in lines
    assert "recalled: the seat of b for product marketing" in lines
    assert "granted anew: the seat of c for product marketing" in lines
    assert "latest time seen: 2026-05-01 12:00:00 UTC" in lines
    assert "1 table pinned by name" in lines
    assert "kept: it is newer" in lines
    assert "not pinned to product marketing: there is no public.MrktInvoice here" in lines
    assert lines[-1] == "1 report that the store was taken back settled"


def test_what_is_remembered_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = replace(NOTHING, added=Added(days=1, seen=2, events=1, refusals=3_000))
    assert printed(capsys, outcome, How()) == [
        "1 daily figure added",
        "2 users' last days added",
        "1 event added",
        "3,000 refusals added",
    ]


def test_many_of_a_kind_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    merge = Merge(granted=[seat(f"u{n}") for n in range(20_000)], ahead=["x"] * 50)
    lines = printed(capsys, replace(NOTHING, merge=merge), How(newer=True))
    assert "granted: 20,000 seats of product marketing" in lines
    assert lines.count("kept: x") == 20
    assert "and 30 more of that kind" in lines


def test_a_file_too_old_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    (told, _) = printed(capsys, replace(NOTHING, older=True), How())
    assert "import a later one, or run pgtoll store accept" in told


def test_lost_changes_are_told_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, replace(NOTHING, lost=(3, 5)), How())
    assert "they know of changes 3, 5, which it has lost" in lines[0]
    assert lines[0].endswith("run pgtoll store accept")


def test_the_vendor_is_asked_for_as_much_as_there_was() -> None:
    bound = [
        replace(PERSONAL, customer="o'hara", version="9.9", seats=2),
        replace(PERSONAL, id="4" * 32, version="10.1", seats=3),
        replace(SERVER, product="other"),
    ]
    assert request_for(bound, None) == (
        "pgtoll license request --customer 'o'\"'\"'hara' --version 10.1"
        " --want marketing=5 --want other --out moved.tlr"
    )
    assert "--customer acme --version V" in request_for([SERVER], "acme")

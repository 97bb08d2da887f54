"""Findings are printed under headings, a reason once for all that share it."""

import json

import pytest

from pgtoll.cli.lint_output import print_findings, print_findings_as_json
from pgtoll.doctor.findings import Finding, Severity

ONE = Finding("seat-idle", Severity.WARNING, "one", "because", ("do this",))
TWO = Finding("seat-idle", Severity.WARNING, "two\x1b[2J", "because", ("do that", "or that"))


def test_a_reason_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings([ONE, TWO])
    assert capsys.readouterr().out.splitlines() == [
        "Seats that nobody uses  [seat-idle]",
        "  WARNING  one",
        "    do   do this",
        "  WARNING  two\\x1b[2J",
        "    do   do that",
        "         or that",
        "    why  because",
        "",
        "no problems, 2 warnings: --ignore CODE leaves out what is meant to be so",
    ]


def test_of_very_many_the_first_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings([ONE] * 50)
    assert "  and 30 more: --json has all" in capsys.readouterr().out


def test_nothing_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings([])
    assert capsys.readouterr().out == "nothing was found\n"


def test_programs_get_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings_as_json([ONE] * 50)
    assert len(json.loads(capsys.readouterr().out)["findings"]) == 50

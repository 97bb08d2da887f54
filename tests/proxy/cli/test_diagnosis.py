"""A report is printed with what is wrong first, and a line at the end that counts."""

import json

import pytest

from pgtoll.cli.diagnosis import print_report, print_report_as_json
from pgtoll.doctor.findings import Finding, Report, Severity, Where

PROBLEM = Finding(
    "a", Severity.PROBLEM, "the door is open", "It leads out.", ("shut it", "lock it")
)
LINE = Finding("b", Severity.WARNING, "a line", fix=("host …",), where=Where.HBA, place="f:7")
FINE = Finding("c", Severity.OK, "the window is shut")
REPORT = Report("18.6", "shop", "10.0.0.5", (FINE, LINE, PROBLEM))


def test_the_weightiest_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(REPORT)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "PROBLEM  the door is open  [a]",
        "  why  It leads out.",
        "  fix  run as a superuser",
        "    shut it",
        "    lock it",
        "",
        "WARNING  a line  [b]",
        "  fix  in place of f:7, then SELECT pg_reload_conf()",
        "    host …",
        "",
        "ok  the window is shut",
        "",
        "1 problem, 1 warning: database shop on PostgreSQL 18.6, the proxy comes from 10.0.0.5",
    ]


def test_nothing_wrong_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(Report("15.18", "shop", "a Unix socket", (FINE,)))
    assert "no problems, no warnings: database shop" in capsys.readouterr().out


def test_names_of_others_do_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(Report("18", "s", "a", (Finding("a", Severity.PROBLEM, "role \x1b[2J"),)))
    assert "\x1b" not in capsys.readouterr().out


def test_what_is_fine_has_no_fix_for_programs_either(capsys: pytest.CaptureFixture[str]) -> None:
    print_report_as_json(REPORT)
    first = json.loads(capsys.readouterr().out)["findings"][0]
    assert first == {
        "check": "c",
        "severity": "ok",
        "what": "the window is shut",
        "why": "",
        "fix": [],
        "where": None,
        "replaces": None,
    }

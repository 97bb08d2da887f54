"""What is printed reads well, steers no terminal, and never wraps in a pipe."""

import json

import pytest

from pgtoll.cli.output import (
    complain,
    one_line,
    print_facts,
    print_json,
    print_table,
    printable,
    say,
)


def test_control_characters_are_shown_instead_of_obeyed() -> None:
    assert printable("a\x1b[2Jb\u202ec\n") == "a\\x1b[2Jb\\u202ec\\n"


def test_other_writing_is_left_alone() -> None:
    assert printable("Müller “日本” ✓") == "Müller “日本” ✓"


def test_an_error_is_one_line() -> None:
    assert one_line("connection failed:\n\tis it running?\n") == "connection failed: is it running?"


def test_complaints_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    complain("no such\nfile")
    out, err = capsys.readouterr()
    assert (out, err) == ("", "pgtoll: no such file\n")


def test_say_prints_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\nb")
    assert capsys.readouterr().out == "a\\nb\n"


def test_json_keeps_text_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"customer": "Müller"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"customer": "Müller"}
    assert "Müller" in out


def test_a_table_row_stays_on_its_line_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["product", "seats"], [["x" * 200, 5], ["[bold]y[/bold]", None]])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["product", "seats"], ["x" * 200, "5"], ["[bold]y[/bold]", "-"]]


def test_facts_leave_out_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    print_facts({"product": "marketing", "seats": None, "serial": 3})
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["product", "marketing"], ["serial", "3"]]


def test_a_table_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["title"], [["\x1b]0;owned\x07"]])
    assert "\x1b" not in capsys.readouterr().out

"""Every failure is one line and a status; a bug of ours is not dressed up as somebody's mistake."""

import os
import subprocess
import sys
from collections.abc import Callable

import psycopg
import pytest
import typer
from typer.testing import CliRunner

from pgtoll.cli.program import Program
from pgtoll.errors import ConfigError, ServerUnavailable, StoreError
from pgtoll_policy.errors import BadSignature, Rollback


def outcome(raising: Callable[[], Exception | None]) -> tuple[int, str]:
    """Return the status and the complaint of a program whose command raises this."""
    app = typer.Typer(cls=Program, pretty_exceptions_enable=False)

    @app.command()
    def first() -> None:
        if error := raising():
            raise error

    @app.command()
    def second() -> None:
        """Another command, so that the program has two."""

    result = CliRunner().invoke(app, ["first"], catch_exceptions=False)
    assert result.stdout == ""
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (ConfigError("workers: no\nnumber"), 2, "pgtoll: workers: no number\n"),
        (StoreError("no schema"), 2, "pgtoll: no schema\n"),
        (ServerUnavailable("no answer"), 2, "pgtoll: no answer\n"),
        (psycopg.OperationalError("failed:\n\trefused"), 2, "pgtoll: failed: refused\n"),
        (psycopg.errors.InsufficientPrivilege("denied"), 3, "pgtoll: denied\n"),
        (BadSignature("not trusted"), 3, "pgtoll: not trusted\n"),
        (Rollback("older"), 3, "pgtoll: older\n"),
        (PermissionError(13, "Permission denied", "/x"), 2, "pgtoll: cannot use /x: permission d"),
        (typer.BadParameter("what?"), 2, "pgtoll: invalid value: what? (see root first --help)\n"),
        (typer.Abort(), 130, ""),
        (typer.Exit(7), 7, ""),
    ],
)
def test_a_failure_has_its_status_and_one_line(error: Exception, status: int, line: str) -> None:
    found, complaint = outcome(lambda: error)
    assert found == status
    assert complaint.startswith(line)
    assert complaint.count("\n") <= 1


def test_success_is_silent_and_zero() -> None:
    assert outcome(lambda: None) == (0, "")


def test_a_bug_is_shown_as_a_bug() -> None:
    with pytest.raises(ZeroDivisionError):
        outcome(lambda: ZeroDivisionError("a bug"))


def test_ctrl_c_ends_quietly() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert outcome(interrupted) == (130, "")


def test_a_reader_that_goes_away_is_told_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "pgtoll", "--help"]
    run = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (run.returncode, run.stderr) == (1, b"")

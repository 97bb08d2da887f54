"""How far long work is: told on a terminal, and nowhere else."""

import io
import sys

import pytest

from pgtoll.cli.telling import teller


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_told_and_left_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with teller() as tell:
        tell("5,000 of 20,000\x1b seats")
        assert "5,000 of 20,000\\x1b seats …" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_a_program_is_told_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with teller() as tell:
        tell("5,000 of 20,000 seats")
    assert capsys.readouterr().err == ""

"""What holds is printed a line each; what does not, with its reason and its remedy."""

import pytest

from pgtoll.cli.guarantees import guarantees_as_json, print_guarantees
from pgtoll.engine.guarantees import Guarantee, Holds

FINE = Guarantee("cap", Holds.YES, "it is kept")
LESS = Guarantee("watch", Holds.WEAKER, "some is refused", "the server is shy", ("ask it",))


def test_each_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_guarantees("PostgreSQL 18.6", "keeper", (FINE, LESS))
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "guarantees on PostgreSQL 18.6, by the rights of role keeper:",
        "holds   cap       it is kept",
        "weaker  watch     some is refused",
        "why  the server is shy",
        "fix  ask it",
    ]


def test_that_all_hold_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_guarantees("PostgreSQL 18.6", "keeper\x1b[2J", (FINE,))
    out = capsys.readouterr().out
    assert out.endswith("every guarantee holds\n")
    assert "\x1b" not in out


def test_programs_get_the_same() -> None:
    assert guarantees_as_json((LESS,)) == [
        {
            "guarantee": "watch",
            "holds": "weaker",
            "what": "some is refused",
            "why": "the server is shy",
            "fix": ["ask it"],
        }
    ]

"""What is printed of a scene: the commands, the statement, the error's own text, the mark."""

from pgtoll.cli.demo_report import scene_lines
from pgtoll.cli.demo_story import Outcome, Played, Refusal, Scene


def shown(played: Played) -> list[str]:
    return [line.plain.strip() for line in scene_lines(3, played)]


def test_a_refusal_is_shown_in_full() -> None:
    scene = Scene("Nobody", "bob", "SELECT 1", Refusal("42501", ()), commands=("license list",))
    outcome = Outcome(sqlstate="42501", error="ERROR:  no\nHINT:  yes")
    assert shown(Played(scene, outcome, 0.0123, as_expected=True)) == [
        "✓  3  Nobody",
        "$ pgtoll license list",
        "bob=> SELECT 1",
        "ERROR:  no",
        "HINT:  yes",
        "expected: refused: no license; happened: SQLSTATE 42501, in force after 12 ms",
    ]


def test_a_step_that_went_differently_is_marked() -> None:
    scene = Scene("Everybody", "bob", "SELECT 1", Refusal("53400", ()))
    assert shown(Played(scene, Outcome(rows=1), 1.0, as_expected=False)) == [
        "✗  3  Everybody",
        "bob=> SELECT 1",
        "expected: refused: demo mode; happened: 1 row",
    ]


def test_an_error_cannot_steer_the_terminal() -> None:
    outcome = Outcome(sqlstate="22000", error="ERROR:  \x1b[2J")
    lines = shown(Played(Scene("x", "bob", "y"), outcome, 0.0, as_expected=False))
    assert not any("\x1b" in line for line in lines)

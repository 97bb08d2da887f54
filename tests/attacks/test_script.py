"""Attack files are read as README.md says, and each that is there can be."""

from pathlib import Path

import pytest
from attacks.playing import read_attack
from attacks.script import BadFile, Step, Wants, files, name_of, read_script

HEAD = "-- Does harm.\n-- wants: read\n"


def script(directory: Path, text: str, group: str = "reads") -> Path:
    path = directory / group / "harm.sql"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_every_file_says_what_it_does(path: Path) -> None:
    attack = read_attack(path)
    assert attack.summary.endswith(".")
    assert attack.steps or path.suffix == ".py"


def test_the_head_is_read(tmp_path: Path) -> None:
    head = "-- since: 16\n-- shows: 42\n-- proof: SELECT\n--   true;\n-- setup:\nSELECT 'set up';\n"
    attack = read_script(script(tmp_path, f"{HEAD}{head}-- attack:\nSELECT 1;\n"))
    assert (attack.summary, attack.wants, attack.shows) == ("Does harm.", Wants.READ, "42")
    assert (attack.proof, attack.setup) == ("SELECT true", "SELECT 'set up';")
    assert 15 not in attack.versions
    assert 18 in attack.versions
    assert attack.steps == (Step(("SELECT 1",)),)


def test_directives_say_how_what_follows_is_sent(tmp_path: Path) -> None:
    text = """-- attack:
SELECT 1; SELECT 2;
-- session: second
-- together
SELECT 3; SELECT 4;
-- apart
-- as: owner
-- extended
SELECT 5;
-- pipeline
SELECT 6; SELECT 7;
"""
    assert read_script(script(tmp_path, HEAD + text)).steps == (
        Step(("SELECT 1",)),
        Step(("SELECT 2",)),
        Step(("SELECT 3; SELECT 4;",), "second"),
        Step(("SELECT 5",), "owner", "alice", extended=True),
        Step(("SELECT 6", "SELECT 7"), "owner", "alice", extended=True),
    )


def test_data_belongs_to_the_copy_above_it(tmp_path: Path) -> None:
    text = "-- attack:\nCOPY a FROM STDIN;\n-- copy data: 1..2\n{n}\tx\n\\.\nSELECT 1;\n"
    assert read_script(script(tmp_path, HEAD + text)).steps == (
        Step(("COPY a FROM STDIN",), copied=b"1\tx\n2\tx\n"),
        Step(("SELECT 1",)),
    )


def test_repeating_and_not_waiting_hold_for_what_follows_at_once(tmp_path: Path) -> None:
    text = "-- attack:\n-- repeat: 8..9\n-- without waiting\nSELECT {n};\n-- session: b\nSELECT 1;"
    assert read_script(script(tmp_path, HEAD + text)).steps == (
        Step(("SELECT 8",), waits=False),
        Step(("SELECT 9",), waits=False),
        Step(("SELECT 1",), "b"),
    )


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("SELECT 1;\n", "reads"),
        ("-- Does harm.\n-- attack:\nSELECT 1;\n", "reads"),
        (f"{HEAD}-- attack:\nSELECT 1;\n", "honest"),
        (f"{HEAD}-- atack:\nSELECT 1;\n", "reads"),
        (f"{HEAD}SELECT 0;\n-- attack:\nSELECT 1;\n", "reads"),
        (f"{HEAD}-- attack:\n-- repeat: some\nSELECT 1;\n", "reads"),
        (f"{HEAD}-- attack:\n-- copy data:\n\\.\n", "reads"),
    ],
)
def test_what_is_no_attack_is_not_taken_for_one(tmp_path: Path, text: str, group: str) -> None:
    with pytest.raises(BadFile):
        read_script(script(tmp_path, text, group))

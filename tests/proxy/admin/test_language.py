"""Commands are read as they are written, and what is none says what was meant."""

import pytest

from pgtoll.admin.language import DONE, SHOWN, Command, CommandError, read_commands


@pytest.mark.parametrize("word", SHOWN)
def test_everything_that_is_listed_can_be_shown(word: str) -> None:
    assert read_commands(f"show {word.lower()};") == [Command("SHOW", word)]


@pytest.mark.parametrize("verb", [verb for verb in DONE if verb != "KILL"])
def test_everything_that_is_listed_can_be_done(verb: str) -> None:
    assert read_commands(verb.lower()) == [Command(verb)]


@pytest.mark.parametrize("text", ["KILL 4711", "kill '4711'", " KILL\t4711 ;"])
def test_a_session_is_ended_by_its_number(text: str) -> None:
    assert read_commands(text) == [Command("KILL", "4711")]


def test_a_text_may_hold_several() -> None:
    found = read_commands("-- first\nPAUSE; /* then */ RESUME;; SHUTDOWN fast")
    assert found == [Command("PAUSE"), Command("RESUME"), Command("SHUTDOWN", "FAST")]


@pytest.mark.parametrize("text", ["", " ; ;", "-- nothing", "/* nothing\n */"])
def test_a_text_may_hold_none(text: str) -> None:
    assert read_commands(text) == []


@pytest.mark.parametrize(
    ("text", "tag"),
    [("BEGIN", "BEGIN"), ("start transaction", "BEGIN"), ("end", "COMMIT"), ("SET a = 1", "SET")],
)
def test_what_drivers_send_of_themselves_is_no_error(text: str, tag: str) -> None:
    assert [command.tag for command in read_commands(text)] == [tag]


@pytest.mark.parametrize(
    ("text", "sqlstate", "hint"),
    [
        ("SHOW", "42601", "SHOW HELP"),
        ("SHOW CLIENT", "42704", "Did you mean SHOW CLIENTS?"),
        ("SHOW xyzzy", "42704", "SHOW HELP"),
        ("SHOW CLIENTS NOW", "42601", "SHOW HELP"),
        ("PAUS", "42601", "Did you mean PAUSE?"),
        ("SELECT 1", "42601", "SHOW HELP"),
        ("KILL", "42601", "SHOW CLIENTS"),
        ("KILL bob", "42601", "SHOW CLIENTS"),
        ("KILL 1 2", "42601", "SHOW CLIENTS"),
        ("KILL 12345678901", "42601", "SHOW CLIENTS"),
        ("PAUSE shop", "42601", ""),
        ("BEGINNING", "42601", "SHOW HELP"),
    ],
)
def test_what_is_no_command_is_refused(text: str, sqlstate: str, hint: str) -> None:
    with pytest.raises(CommandError) as caught:
        read_commands(text)
    assert caught.value.sqlstate == sqlstate
    assert hint in caught.value.hint

"""The story's own rules: who is asked what, how long is waited, and when a step is wrong."""

import time
from collections.abc import Iterator

import pytest
from servers import Postgres

from pgtoll.cli.demo_story import STORY, Played, Refusal, Scene, Session, play, run

MISSING = Refusal("42P01", ("nothing",))


@pytest.fixture
def sessions(database: Postgres) -> Iterator[dict[str, Session]]:
    with database.connect() as alice, database.connect() as bob:
        yield {"alice": alice, "bob": bob}


def played(scene: Scene, sessions: dict[str, Session]) -> Played:
    (only,) = play([scene], sessions, lambda line: None)
    return only


@pytest.mark.live
def test_a_statement_that_works_is_as_expected(sessions: dict[str, Session]) -> None:
    only = played(Scene("x", "alice", "SELECT generate_series(1, 3)"), sessions)
    assert only.as_expected
    assert only.outcome.rows == 3


@pytest.mark.live
def test_an_error_is_shown_as_psql_shows_it(sessions: dict[str, Session]) -> None:
    outcome = run(sessions["bob"], "SELECT nope('a')")
    first, hint = outcome.error.splitlines()
    assert outcome.sqlstate == "42883"
    assert first.startswith("ERROR:  function nope(unknown) does not exist")
    assert hint.split(":")[0] in ("HINT", "DETAIL")


@pytest.mark.live
@pytest.mark.parametrize(
    ("sql", "refusal", "as_expected"),
    [
        ("SELECT * FROM nothing", MISSING, True),
        ("SELECT * FROM nothing", None, False),
        ("SELECT 1", MISSING, False),
        ("SELECT * FROM nothing", Refusal("42P01", ("something",)), False),
        ("SELECT * FROM nothing", Refusal("42501", ("nothing",)), False),
    ],
)
def test_only_the_right_refusal_is_as_expected(
    sql: str, refusal: Refusal | None, as_expected: bool, sessions: dict[str, Session]
) -> None:
    assert played(Scene("x", "alice", sql, refusal), sessions).as_expected is as_expected


@pytest.mark.live
def test_without_a_command_nothing_is_waited_for(sessions: dict[str, Session]) -> None:
    started = time.monotonic()
    played(Scene("x", "alice", "SELECT * FROM nothing"), sessions)
    assert time.monotonic() - started < 0.9


@pytest.mark.live
def test_after_a_command_a_second_is_waited_and_no_more(sessions: dict[str, Session]) -> None:
    only = played(Scene("x", "alice", "SELECT * FROM nothing", commands=("c",)), sessions)
    assert not only.as_expected
    assert only.seconds >= 1.0


@pytest.mark.live
def test_commands_run_first_and_in_order(sessions: dict[str, Session]) -> None:
    tables: list[str] = []

    def command(line: str) -> None:
        tables.append(line)
        sessions["bob"].execute(f"CREATE TABLE {line} ()".encode())

    scenes = [Scene("x", "alice", "SELECT FROM a, b", commands=("a", "b"))]
    assert [each.as_expected for each in play(scenes, sessions, command)] == [True]
    assert tables == ["a", "b"]


def test_the_story_shows_every_rule() -> None:
    told = " ".join(line for scene in STORY for line in scene.commands)
    for part in ("base.lic", "marketing.lic", "grant", "revoke", "expired", "delete --all"):
        assert part in told
    assert {scene.refusal.sqlstate for scene in STORY if scene.refusal} == {"42501", "53400"}
    assert {scene.user for scene in STORY} == {"alice", "bob"}

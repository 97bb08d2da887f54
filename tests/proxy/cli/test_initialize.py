"""`pgtoll init` prepares a database, again and again, and says in one line why it cannot."""

import json

import pytest
from calls import done, failed
from servers import Postgres, free_port


@pytest.mark.live
def test_it_creates_and_then_finds(database: Postgres) -> None:
    first = done("init", "--server", database.uri)
    assert first.startswith("schema pgtoll is at version ")
    again = done("init", "--server", database.dsn).splitlines()
    assert again[0] == "schema pgtoll is up to date"
    assert again[1].startswith("guarantees on PostgreSQL 18")
    assert again[-1] == "every guarantee holds"


@pytest.mark.live
def test_programs_are_told_what_holds(database: Postgres) -> None:
    told = json.loads(done("init", "--json", "--server", database.dsn))
    assert told.keys() == {"version", "steps", "engine", "role", "guarantees"}
    assert told["steps"] == told["version"]
    (cap,) = [one for one in told["guarantees"] if one["guarantee"] == "cap"]
    assert cap == {**cap, "holds": "holds", "why": "", "fix": []}


@pytest.mark.live
def test_other_commands_say_that_it_has_to_be_run(database: Postgres) -> None:
    message = failed(2, "seats", "revoke", "m", "alice", "--server", database.dsn)
    assert "run pgtoll init" in message


def test_a_server_that_does_not_answer_is_one_line() -> None:
    message = failed(2, "init", "--server", f"host=127.0.0.1 port={free_port()}")
    assert "cannot connect to the store: " in message


def test_a_password_is_not_repeated() -> None:
    dsn = f"postgresql://u:hunter2@127.0.0.1:{free_port()}/d"
    assert "hunter2" not in failed(2, "init", "--server", dsn)


@pytest.mark.parametrize("dsn", ["nonsense", "postgresql://h:port/"])
def test_a_wrong_dsn_is_one_line(dsn: str) -> None:
    message = failed(2, "init", "--server", dsn)
    assert "connection string" in message or "cannot connect" in message


def test_the_server_must_be_named() -> None:
    assert "server is not set: give --server, PGTOLL_SERVER" in failed(2, "init")

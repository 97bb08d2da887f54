"""Names and passwords, as PostgreSQL judges them."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from passwords import person
from psycopg.conninfo import make_conninfo
from servers import Postgres

from pgtoll.console.credentials import Answer, ask
from pgtoll.store.link import Link


def asked(dsn: str, user: str, password: str) -> Answer:
    async def run() -> Answer:
        link = Link(dsn)
        try:
            return await ask(link, user, password)
        finally:
            await link.close()

    return asyncio.run(run())


@pytest.fixture
def people(postgres: Postgres) -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_the_server_asks_and_its_answer_counts(postgres: Postgres, people: ExitStack) -> None:
    dana = people.enter_context(person(postgres, groups="scram"))
    assert asked(postgres.dsn, dana.name, dana.password) is Answer.RIGHT
    assert asked(postgres.dsn, dana.name, dana.password + "x") is Answer.WRONG
    assert asked(postgres.dsn, dana.name, "") is Answer.WRONG


def test_our_own_credentials_let_nobody_in(postgres: Postgres, people: ExitStack) -> None:
    dana = people.enter_context(person(postgres, groups="scram"))
    dsn = make_conninfo(postgres.dsn, user=dana.name, password=dana.password)
    assert asked(dsn, dana.name, "") is Answer.WRONG
    assert asked(dsn, dana.name, "guessed") is Answer.WRONG


def test_a_server_that_does_not_ask_is_not_believed(postgres: Postgres, people: ExitStack) -> None:
    dana = people.enter_context(person(postgres, groups="", password="correct horse"))
    assert asked(postgres.dsn, dana.name, "correct horse") is Answer.RIGHT
    assert asked(postgres.dsn, dana.name, "wrong horse") is Answer.WRONG
    assert asked(postgres.dsn, dana.name, "") is Answer.WRONG


def test_without_any_password_nothing_is_proven(postgres: Postgres, people: ExitStack) -> None:
    dana = people.enter_context(person(postgres, groups="", password=""))
    assert asked(postgres.dsn, dana.name, "whatever") is Answer.UNPROVEN
    assert asked(postgres.dsn, "nobody at all", "whatever") is Answer.WRONG


def test_what_we_may_not_compare_is_not_proven(postgres: Postgres, people: ExitStack) -> None:
    dana = people.enter_context(person(postgres, groups="", password="correct horse"))
    weak = people.enter_context(person(postgres, groups="", password=""))
    dsn = make_conninfo(postgres.dsn, user=weak.name)
    assert asked(dsn, dana.name, "correct horse") is Answer.UNPROVEN


@pytest.mark.parametrize("user", ["", "a\0b", "x" * 1001])
def test_what_is_no_name_is_wrong(user: str, postgres: Postgres) -> None:
    assert asked(postgres.dsn, user, "secret") is Answer.WRONG
    assert asked(postgres.dsn, "dana", "a\0b") is Answer.WRONG


def test_a_name_cannot_change_where_we_ask(postgres: Postgres) -> None:
    assert asked(postgres.dsn, "x host=192.0.2.1 user=postgres", "'x' port=1") is Answer.WRONG

"""Who comes in: managers with a password; where there are none, only who is on the same machine."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from passwords import person
from servers import Postgres
from starlette.requests import Request

from pgtoll.console.attempts import USER
from pgtoll.console.doorman import (
    ANSWER_SECONDS,
    UNPROVEN,
    WRONG,
    Admission,
    Doorman,
    is_ours,
    session_word,
)
from pgtoll.console.sessions import form_word

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ANY = "203.0.113.9"


def request(scheme: str = "http", **headers: str) -> Request:
    """A request that has these headers."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    server = ("localhost", 80)
    return Request(
        {"type": "http", "scheme": scheme, "server": server, "path": "/", "headers": raw}
    )


def with_doorman(
    database: Postgres, work: Callable[[Doorman], Awaitable[None]], *, local: bool = False
) -> None:
    async def run() -> None:
        doorman = Doorman(database.dsn, lambda: NOON, local=local)
        try:
            await work(doorman)
        finally:
            await doorman.close()

    asyncio.run(run())


@pytest.fixture
def managed(store_database: Postgres) -> Postgres:
    """A database with schema pgtoll: from then on there is role pgtoll_manager."""
    return store_database


def test_a_manager_comes_in_is_known_again_and_leaves(managed: Postgres) -> None:
    async def work(doorman: Doorman) -> None:
        admission = await doorman.log_in(dana.name, dana.password, ANY)
        visit = request(cookie=f"pgtoll={admission.word}")
        account = await doorman.who(visit)
        assert account is not None
        assert (account.name, account.proven) == (dana.name, True)
        program = request(authorization=f"Bearer {admission.word}")
        assert await doorman.who(program) == account
        await doorman.log_out(visit)
        assert await doorman.who(program) is None
        assert await doorman.who(request()) is None

    with person(managed) as dana:
        with_doorman(managed, work)


def test_wrong_passwords_and_unknown_names_get_the_same_answer(managed: Postgres) -> None:
    async def work(doorman: Doorman) -> None:
        for name in (dana.name, "nobody at all", ""):
            began = time.monotonic()
            assert await doorman.log_in(name, "wrong", ANY) == Admission(refusal=WRONG)
            assert ANSWER_SECONDS <= time.monotonic() - began < ANSWER_SECONDS + 0.5

    with person(managed) as dana:
        with_doorman(managed, work)


def test_who_does_not_manage_licenses_is_told_how_to(managed: Postgres) -> None:
    async def work(doorman: Doorman) -> None:
        admission = await doorman.log_in(erin.name, erin.password, ANY)
        assert admission.word == ""
        assert f"GRANT pgtoll_manager TO {erin.name};" in admission.refusal

    with person(managed, groups="scram") as erin:
        with_doorman(managed, work)


def test_too_many_attempts_wait_even_with_the_right_password(managed: Postgres) -> None:
    async def work(doorman: Doorman) -> None:
        tries = (doorman.log_in(dana.name, secrets.token_hex(), ANY) for _ in range(USER.free))
        await asyncio.gather(*tries)
        admission = await doorman.log_in(dana.name, dana.password, "198.51.100.1")
        assert admission.word == ""
        assert admission.wait == timedelta(seconds=1)
        assert "Try again in 1 s" in admission.refusal

    with person(managed) as dana:
        with_doorman(managed, work)


def test_a_password_counts_where_the_server_asks_for_none(managed: Postgres) -> None:
    async def work(doorman: Doorman) -> None:
        assert (await doorman.log_in(dana.name, dana.password, ANY)).word
        assert (await doorman.log_in(dana.name, "wrong", ANY)).refusal == WRONG
        assert (await doorman.log_in(dana.name, "", ANY)).refusal == WRONG

    with person(managed, groups="pgtoll_manager") as dana:
        with_doorman(managed, work, local=True)


def test_without_passwords_only_the_console_s_own_machine_comes_in(
    managed: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    async def here(doorman: Doorman) -> None:
        admission = await doorman.log_in(dana.name, "", ANY)
        account = await doorman.who(request(cookie=f"pgtoll={admission.word}"))
        assert account is not None
        assert not account.proven
        assert "without a password" in caplog.text

    async def elsewhere(doorman: Doorman) -> None:
        refusal = (await doorman.log_in(dana.name, "", ANY)).refusal
        assert refusal == UNPROVEN.format(name=dana.name)

    with person(managed, groups="pgtoll_manager", password="") as dana:
        with_doorman(managed, here, local=True)
        with_doorman(managed, elsewhere)


def test_an_encrypted_way_has_a_cookie_that_no_other_way_sets() -> None:
    both = "pgtoll=plain; __Host-pgtoll=encrypted"
    assert session_word(request(cookie=both)) == "plain"
    assert session_word(request("https", cookie=both)) == "encrypted"


def test_a_form_of_ours_carries_the_word_of_its_cookie() -> None:
    visit = request(cookie="pgtoll=abc")
    assert is_ours(visit, form_word("abc"))
    assert not is_ours(visit, form_word("abd"))
    assert not is_ours(visit, "")
    assert not is_ours(visit, "\udcff")
    assert not is_ours(request(), form_word(""))


def test_a_form_from_another_site_is_not_ours_whatever_it_carries() -> None:
    for site in ("cross-site", "same-site"):
        assert not is_ours(request(cookie="pgtoll=abc", sec_fetch_site=site), form_word("abc"))
    assert is_ours(request(cookie="pgtoll=abc", sec_fetch_site="same-origin"), form_word("abc"))


def test_a_program_s_token_is_proof_enough() -> None:
    assert is_ours(request(authorization="Bearer abc"), "")
    assert not is_ours(request(authorization="Basic abc"), "")

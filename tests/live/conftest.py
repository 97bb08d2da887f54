"""Databases with schema pgtoll, and proxies in front, on the newest and oldest PostgreSQL."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from initialised import new_store
from licensees import People
from licensing import Licensing
from proxies import Person, Site, license_add_on, prepared, running_site
from servers import Postgres
from witnessed import Place


@pytest.fixture
def sold(postgres: Postgres, tmp_path: Path) -> Iterator[Licensing]:
    """A database in which base is licensed for the server, and the add-on for Alice alone."""
    with prepared(postgres, tmp_path) as (licensing, _):
        license_add_on(licensing, "alice")
        yield licensing


@pytest.fixture(scope="session")
def shared_store(postgres: Postgres) -> Iterator[Postgres]:
    """One database with schema pgtoll for many tests, on the newest server."""
    yield from _initialised(postgres)


@pytest.fixture(scope="session")
def shared_store15(postgres15: Postgres) -> Iterator[Postgres]:
    """The same on the oldest server."""
    yield from _initialised(postgres15)


@pytest.fixture(params=["shared_store", "shared_store15"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A schema of its own for one test, on the newest server and then on the oldest."""
    here = Place(request.getfixturevalue(request.param), f"place_{secrets.token_hex(4)}")
    here.database.execute(f"CREATE SCHEMA {here.schema}")
    try:
        yield here
    finally:
        here.database.execute(f"DROP SCHEMA {here.schema} CASCADE")


def _initialised(server: Postgres) -> Iterator[Postgres]:
    database = new_store(server, f"witness_{secrets.token_hex(4)}")
    try:
        yield database
    finally:
        database.drop_database()


@pytest.fixture(scope="session")
def demo_site(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A proxy in front of a database with nothing uploaded, on the newest server."""
    with running_site(postgres, tmp_path_factory.mktemp("demo"), licensed=False) as site:
        yield site


@pytest.fixture(scope="session")
def demo_site15(postgres15: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same on the oldest server."""
    with running_site(postgres15, tmp_path_factory.mktemp("demo15"), licensed=False) as site:
        yield site


@pytest.fixture(scope="session")
def licensed_site(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A proxy in front of a database where Alice has every license, and Bob lacks the add-on's."""
    with running_site(postgres, tmp_path_factory.mktemp("licensed"), licensed=True) as site:
        yield site


@pytest.fixture(scope="session")
def licensed_site15(
    postgres15: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The same on the oldest server."""
    with running_site(postgres15, tmp_path_factory.mktemp("licensed15"), licensed=True) as site:
        yield site


@pytest.fixture(params=["licensed", "demo", "lacking"])
def person(request: pytest.FixtureRequest) -> Person:
    """Whoever uses the proxy: one who lacks nothing, one in demo mode, one who lacks a product."""
    site: Site = request.getfixturevalue(
        "demo_site" if request.param == "demo" else "licensed_site"
    )
    lacking = request.param == "lacking"
    somebody = Person(site, site.bob if lacking else site.alice, lacking)
    somebody.clean()
    return somebody


@pytest.fixture(params=["shared_store", "shared_store15"])
def answering(request: pytest.FixtureRequest) -> Postgres:
    """A database with schema pgtoll, on the newest server and then on the oldest."""
    found: Postgres = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def people(answering: Postgres) -> Iterator[People]:
    """Roles that log in and have no rights but those of everybody."""
    suffix = secrets.token_hex(4)
    names = [f"{name}_{suffix}" for name in ("alice", "bob", "app")]
    answering.execute(";".join(f"CREATE ROLE {name} LOGIN" for name in names))
    try:
        yield People(answering, *names)
    finally:
        for name in names:
            answering.execute(f"DROP OWNED BY {name} CASCADE; DROP ROLE {name}")

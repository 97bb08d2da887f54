"""In a database that is not in UTF-8, two names may begin with the 63 bytes that we read of one."""

import asyncio
import secrets
from collections.abc import Iterator

import pytest
from licensing import Licensing, Vendor
from proxies import Session, Site, license_add_on, running_proxy
from psycopg import errors
from servers import Postgres

from pgtoll.store.migrations import initialise

pytestmark = pytest.mark.live

# The first 63 bytes of both in UTF-8 are the same; in LATIN1 they are 32 bytes and 33.
SHORT = "é" * 31 + "a"
LONG = SHORT + "b"

FIXTURE = """
CREATE TABLE "MrktOffer" (v text);
INSERT INTO "MrktOffer" VALUES ('the secret');
GRANT ALL ON "MrktOffer" TO PUBLIC;
CREATE FUNCTION look() RETURNS SETOF text LANGUAGE plpgsql
  AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT v FROM "Mrkt' || 'Offer"'; END $$;
"""


@pytest.fixture(params=["postgres", "postgres15"], scope="module")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A proxy in front of a database in LATIN1, where one user has the add-on and one lacks it."""
    server: Postgres = request.getfixturevalue(request.param)
    suffix = secrets.token_hex(4)
    alice, bob, name = f"alice_{suffix}", f"bob_{suffix}", f"latin_{suffix}"
    server.execute(f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    database = Postgres(server.host, server.port, server.user, name, server.password)
    try:
        asyncio.run(initialise(database.dsn))
        for user in (alice, bob):
            database.execute(f"CREATE ROLE {user} LOGIN; GRANT CREATE ON SCHEMA public TO {user}")
        database.execute(FIXTURE)
        licensing = Licensing(database, Vendor.new())
        license_add_on(licensing, alice)
        trust = tmp_path_factory.mktemp("latin") / "trust"
        trust.mkdir()
        (trust / "vendor.pub").write_bytes(licensing.vendor.public)
        with running_proxy(database, trust) as proxy:
            site = Site(database, licensing, trust, proxy, alice, bob)
            with proxy.connect(bob, client_encoding="UTF8") as session:
                _make(session)
            site.settle()
            yield site
    finally:
        database.drop_database()
        server.execute(f"DROP ROLE {alice}; DROP ROLE {bob}")


def _make(session: Session) -> None:
    """Make what an attacker likes."""
    _run(session, f"CREATE TABLE {SHORT} (v text); CREATE VIEW {LONG} AS SELECT look() AS v")
    body = f"BEGIN RETURN (SELECT v FROM {LONG}); END"
    _run(session, f"CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql AS '{body}'")
    _run(session, f"CREATE FUNCTION {SHORT}() RETURNS text LANGUAGE sql AS 'SELECT 1::text'")
    _run(session, f"CREATE FUNCTION {LONG}() RETURNS text LANGUAGE sql AS 'SELECT look()'")


@pytest.fixture
def bob(site: Site) -> Iterator[Session]:
    """The one who lacks the add-on, behind the proxy."""
    with site.proxy.connect(site.bob, client_encoding="UTF8") as session:
        yield session


def _run(session: Session, sql: str) -> list[tuple[object, ...]]:
    cursor = session.execute(sql.encode())
    return cursor.fetchall() if cursor.description else []


def _escaped(name: str) -> str:
    return 'U&"' + name.replace("é", r"\00e9") + '"'


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT * FROM {LONG}",
        f"SELECT * FROM {_escaped(LONG)}",
        "SELECT peek()",
        f"SELECT {LONG}()",
    ],
)
def test_a_name_that_begins_as_a_harmless_one_does_is_not_taken_for_it(
    bob: Session, sql: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        _run(bob, sql)


def test_what_is_harmless_works_all_the_same(bob: Session) -> None:
    assert _run(bob, f"SELECT * FROM {SHORT}") == []
    assert _run(bob, f"SELECT {SHORT}()") == [("1",)]
    assert _run(bob, "SELECT 'größe'") == [("größe",)]

"""Versions of the protocol, options of it that do not exist, and names in any encoding."""

import asyncio
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from licensing import BASE, MARKETING, Licensing, Vendor
from programs import linux
from proxies import Proxy, Site, running_proxy
from raw_client import RawClient, Reply
from servers import Postgres

from pgtoll.store.migrations import initialise
from pgtoll.wire.messages import message, read_fields

pytestmark = [pytest.mark.live, linux]

GREASE = (3 << 16) | 9999  # what libpq sends to find servers that do not negotiate


@pytest.fixture(params=["licensed_site", "licensed_site15"])
def site(request: pytest.FixtureRequest) -> Site:
    found: Site = request.getfixturevalue(request.param)
    return found


def packet(code: int, **parameters: str | bytes) -> bytes:
    texts = (text for pair in parameters.items() for text in pair)
    body = b"".join((t if isinstance(t, bytes) else t.encode()) + b"\0" for t in texts) + b"\0"
    return struct.pack("!II", len(body) + 8, code) + body


def answers(port: int, data: bytes) -> list[Reply]:
    with RawClient(port) as client:
        client.send(data)
        return client.replies()


def negotiated(replies: list[Reply]) -> list[bytes]:
    return [data for kind, data in replies if kind == b"v"]


def told(replies: list[Reply]) -> tuple[bytes, ...]:
    """What the last message says, without where in its source the server says so."""
    found = read_fields(replies[-1][1])
    return tuple(found[code] for code in "SVCM")


@pytest.mark.parametrize("version", [3 << 16, 3 << 16 | 1, 3 << 16 | 2, GREASE, 3 << 16 | 0xFFFF])
@pytest.mark.parametrize("user", ["alice", "bob"])
@pytest.mark.parametrize("options", [{}, {"_pq_.grease": "on", "_pq_.": "", "_pq_.x": "y"}])
def test_the_server_negotiates_once(
    site: Site, version: int, user: str, options: dict[str, str]
) -> None:
    given = {"user": site.alice if user == "alice" else site.bob, "database": site.database.dbname}
    start = packet(version, **given, **options)
    proxied, direct = answers(site.proxy.port, start), answers(site.database.port, start)
    assert negotiated(proxied) == negotiated(direct)
    assert len(negotiated(proxied)) <= 1
    assert negotiated(proxied) or version < GREASE
    assert [kind for kind, _ in proxied][-1] == b"Z"


@pytest.mark.parametrize("code", [0, 4 << 16, 4 << 16 | 7, 1234 << 16 | 9])
def test_other_versions_are_refused_as_the_server_refuses_them(
    licensed_site: Site, code: int
) -> None:
    start = packet(code, user=licensed_site.alice)
    proxied = answers(licensed_site.proxy.port, start)
    assert told(proxied) == told(answers(licensed_site.database.port, start))
    assert told(proxied)[2] == b"0A000"


@pytest.mark.parametrize("major", [1, 2])
def test_old_clients_are_refused_in_their_own_words(licensed_site: Site, major: int) -> None:
    def said(port: int) -> bytes:
        with RawClient(port) as client:
            client.send(packet(major << 16, user=licensed_site.alice))
            return b"".join(iter(client.read_byte, b""))

    words = said(licensed_site.proxy.port)
    assert words == said(licensed_site.database.port)
    assert words.startswith(b"EFATAL:  unsupported frontend protocol")


@pytest.mark.parametrize("name", [b"m\xfcller", "müller".encode(), b"\xff\xfe"])
def test_a_role_of_any_bytes_is_the_servers_to_know(site: Site, name: bytes) -> None:
    start = packet(3 << 16, user=name, database=site.database.dbname)
    assert told(answers(site.proxy.port, start)) == told(answers(site.database.port, start))


def test_parameters_of_any_bytes_reach_the_server(licensed_site: Site) -> None:
    given = {"user": licensed_site.alice, "database": licensed_site.database.dbname}
    start = packet(3 << 16, **given, application_name=b"caf\xe9", options=rb"-c my.own=\ \'")

    def seen(port: int) -> list[bytes]:
        with RawClient(port) as client:
            client.send(start)
            found = [data for kind, data in client.replies() if kind == b"S"]
            client.send(message(b"Q", b"SHOW my.own\0"))
            return [*found, *(data for kind, data in client.replies() if kind == b"D")]

    assert seen(licensed_site.proxy.port) == seen(licensed_site.database.port)


# A database that is not in UTF-8: what a role's bytes mean is for it to say


@pytest.fixture
def latin(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[Proxy, Postgres]]:
    """A proxy in front of a database in LATIN1, where `müller` has a seat."""
    postgres.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    database = Postgres(postgres.host, postgres.port, postgres.user, "latin", postgres.password)
    try:
        _run(database, 'CREATE ROLE "müller" LOGIN; CREATE ROLE "mÃ¼ller" LOGIN')
        asyncio.run(initialise(database.dsn))
        vendor = Vendor.new()
        licensing = Licensing(database, vendor)
        licensing.upload(vendor.product(), vendor.license(BASE), vendor.license(MARKETING, seats=1))
        licensing.grant(MARKETING, "müller")
        database.execute('CREATE TABLE "MrktOffer" (); GRANT SELECT ON "MrktOffer" TO PUBLIC')
        (tmp_path / "trust").mkdir()
        (tmp_path / "trust" / "vendor.pub").write_bytes(vendor.public)
        with running_proxy(database, tmp_path / "trust") as proxy:
            yield proxy, database
    finally:
        _run(database, 'DROP ROLE "müller", "mÃ¼ller"')
        database.drop_database()


def test_a_role_that_is_no_text_in_this_database_harms_nobody(
    latin: tuple[Proxy, Postgres], licensed_site: Site
) -> None:
    """It has been made in a database in LATIN1; in UTF-8 its name is not even text."""
    licensed_site.settle()
    given = {"database": licensed_site.database.dbname}
    start = packet(3 << 16, user=b"m\xfcller", **given)
    with RawClient(licensed_site.proxy.port) as client:
        client.send(start)
        assert client.replies()[-1][0] == b"Z"
        client.send(message(b"Q", b"SELECT session_user\0"))
        row = next(data for kind, data in client.replies() if kind == b"D")
    assert row.endswith(b"m\xfcller")


def _run(database: Postgres, sql: str) -> None:
    with database.connect(client_encoding="UTF8") as session:
        session.execute(sql.encode())


def test_whose_seat_it_is_depends_on_the_databases_encoding(
    latin: tuple[Proxy, Postgres],
) -> None:
    proxy, _ = latin

    def outcome(name: bytes) -> bytes:
        with RawClient(proxy.port) as client:
            client.send(packet(3 << 16, user=name, database="latin"))
            assert client.replies()[-1][0] == b"Z"
            client.send(message(b"Q", b'SELECT FROM "MrktOffer"\0'))
            return b"".join(kind for kind, _ in client.replies())

    assert outcome("müller".encode("latin1")) == b"TCZ"
    assert outcome("müller".encode()) == b"EZ"  # another role: two characters instead of one

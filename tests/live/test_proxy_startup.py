"""How a session begins: encryption, authentication, parameters, the server's own process id."""

import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
import servers
from proxies import Person, Proxy, Site
from psycopg import errors
from psycopg.conninfo import make_conninfo
from raw_client import GSSENC_REQUEST, SSL_REQUEST, RawClient, startup, types

from pgtoll.wire.messages import TERMINATE, message

pytestmark = pytest.mark.live

PASSWORD = "correct horse"
HOWS = ["scram", "md5", "cleartext"]


@contextmanager
def role_with_password(site: Site, how: str) -> Iterator[str]:
    """A role that must give its password in one way."""
    if not site.value(f"SELECT count(*) FROM pg_roles WHERE rolname = '{how}'"):
        pytest.skip("the server asks nobody for a password in this way")
    role = f"{site.alice}_{how}"
    if how == "md5" and site.database.version >= 180000:
        site.run("SET md5_password_warnings = off")
    encryption = "md5" if how == "md5" else "scram-sha-256"
    site.run(
        f"SET client_min_messages = error; SET password_encryption = '{encryption}';"
        f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}' IN ROLE {how}"
    )
    try:
        yield role
    finally:
        site.run(f"DROP ROLE {role}")


def refused(site: Site, user: str, *, proxied: bool, **parameters: str) -> str:
    """What a login that must fail is told, without the address that it was for."""
    dsn = make_conninfo(Person(site, user).dsn(proxied=proxied), **parameters)
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(dsn)
    return str(caught.value).rpartition("failed: ")[2]


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("licensed", [True, False])
def test_passwords_are_the_servers_business(
    licensed_site: Site, demo_site: Site, how: str, licensed: bool
) -> None:
    site = licensed_site if licensed else demo_site
    with role_with_password(site, how) as role:
        with Person(site, role).connect(password=PASSWORD) as session:
            assert session.execute("SELECT session_user").fetchone() == (role,)
        told = refused(site, role, proxied=True, password="wrong")
        assert f'password authentication failed for user "{role}"' in told
        assert told == refused(site, role, proxied=False, password="wrong")


def test_who_may_not_log_in_is_told_so_by_the_server(licensed_site: Site) -> None:
    nobody = "nobody_at_all"
    told = refused(licensed_site, nobody, proxied=True)
    assert f'role "{nobody}" does not exist' in told
    assert told == refused(licensed_site, nobody, proxied=False)


@pytest.mark.parametrize("request_", [SSL_REQUEST, GSSENC_REQUEST], ids=["ssl", "gssenc"])
def test_encryption_is_declined_and_the_session_goes_on(demo_site: Site, request_: bytes) -> None:
    with RawClient(demo_site.proxy.port) as client:
        client.send(request_)
        assert client.read_byte() == b"N"
        assert b"Z" in types(client.start(demo_site.alice, demo_site.database.dbname))
        client.send(TERMINATE)


def test_both_encryptions_may_be_asked_for_in_turn(demo_site: Site) -> None:
    with RawClient(demo_site.proxy.port) as client:
        for request in (GSSENC_REQUEST, SSL_REQUEST):
            client.send(request)
            assert client.read_byte() == b"N"
        assert b"Z" in types(client.start(demo_site.alice, demo_site.database.dbname))


def test_sslmode_prefer_connects_and_require_does_not(demo_site: Site) -> None:
    with demo_site.proxy.connect(demo_site.alice, sslmode="prefer") as session:
        assert session.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match="server does not support SSL"):
        demo_site.proxy.connect(demo_site.alice, sslmode="require")


def test_a_start_behind_an_encryption_request_is_refused(demo_site: Site) -> None:
    with RawClient(demo_site.proxy.port) as client:
        client.send(SSL_REQUEST, startup(user=demo_site.alice, database="postgres"))
        assert types(client.replies()) == b"E"


def test_a_version_that_nobody_speaks_is_refused(demo_site: Site) -> None:
    with RawClient(demo_site.proxy.port) as client:
        client.send(struct.pack("!II", 9, 4 << 16) + b"\0")
        assert types(client.replies()) == b"E"


@pytest.mark.parametrize(
    "opening",
    [
        pytest.param(struct.pack("!II", 0, 3 << 16), id="no length"),
        pytest.param(struct.pack("!II", 1 << 30, 3 << 16), id="huge"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="http"),
    ],
)
def test_what_is_no_start_is_closed_without_a_word(demo_site: Site, opening: bytes) -> None:
    """As PostgreSQL does: whoever sends that would not understand the answer."""
    with RawClient(demo_site.proxy.port) as client:
        client.send(opening)
        assert client.replies() == []


def test_the_servers_process_id_is_the_clients(person: Person) -> None:
    with person.connect() as session:
        found = session.execute("SELECT pg_backend_pid()").fetchone()
        assert found == (session.info.backend_pid,)


def test_parameters_reach_the_server_as_they_were_given(person: Person) -> None:
    options = r"-c search_path=play,\ public -c statement_timeout=12345 -c my.own=a\ b"
    with person.connect(
        options=options, application_name="a 'name' of ours", client_encoding="LATIN1"
    ) as session:
        given = [
            session.execute(f"SHOW {name}".encode()).fetchone()
            for name in ("search_path", "statement_timeout", "my.own", "application_name")
        ]
        assert session.info.encoding == "iso8859-1"
    assert given == [("play, public",), ("12345ms",), ("a b",), ("a 'name' of ours",)]


def test_a_bad_parameter_is_the_servers_to_refuse(licensed_site: Site) -> None:
    bad = "-c work_mem=nonsense"
    told = refused(licensed_site, licensed_site.alice, proxied=True, options=bad)
    assert 'invalid value for parameter "work_mem"' in told
    assert told == refused(licensed_site, licensed_site.alice, proxied=False, options=bad)


def test_newer_protocol_versions_are_negotiated_by_the_server(licensed_site: Site) -> None:
    binaries = servers.embedded_binaries()
    assert binaries is not None
    for version in ("3.0", "latest"):
        dsn = licensed_site.proxy.dsn(licensed_site.alice, max_protocol_version=version)
        command = [str(binaries / "psql"), "-X", "-A", "-t", "-c", "SELECT 'here'", dsn]
        run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert (run.stdout, run.stderr) == ("here\n", "")


def cancelled(session: psycopg.Connection[tuple[object, ...]], sql: str) -> str:
    """Run something long, cancel it from beside, and return the error's SQLSTATE."""
    timer = threading.Timer(0.2, session.cancel_safe, kwargs={"timeout": 10})
    began = time.monotonic()
    timer.start()
    try:
        with pytest.raises(psycopg.Error) as caught:
            session.execute(sql.encode())
    finally:
        timer.join()
    assert time.monotonic() - began < 10
    return caught.value.sqlstate or ""


def test_a_statement_can_be_cancelled(person: Person) -> None:
    with person.connect() as session:
        assert cancelled(session, "SELECT pg_sleep(30)") == "57014"
        assert session.execute("SELECT 1").fetchone() == (1,)


def test_a_watched_statement_can_be_cancelled(licensed_site: Site) -> None:
    with licensed_site.proxy.connect(licensed_site.bob) as session:
        assert cancelled(session, "DO $$ BEGIN PERFORM pg_sleep(30); END $$") == "57014"


def test_statement_timeouts_are_the_servers(person: Person) -> None:
    with person.connect(options="-c statement_timeout=100") as session:
        with pytest.raises(errors.QueryCanceled):
            session.execute("SELECT pg_sleep(30)")
        assert session.execute("SELECT 1").fetchone() == (1,)


def test_a_cancel_with_another_key_cancels_nothing(demo_site: Site) -> None:
    proxy: Proxy = demo_site.proxy
    with proxy.connect(demo_site.alice) as session:
        wrong = struct.pack("!IIII", 16, (1234 << 16) | 5678, session.info.backend_pid, 1)
        timer = threading.Timer(0.1, send, args=(proxy, wrong))
        timer.start()
        try:
            assert session.execute("SELECT 1 FROM pg_sleep(0.4)").fetchone() == (1,)
        finally:
            timer.join()


def send(proxy: Proxy, packet: bytes) -> None:
    """Send one packet on a connection of its own, and wait until it is closed."""
    with RawClient(proxy.port) as client:
        client.send(packet)
        assert client.replies() == []


def test_notifications_travel_between_sessions(person: Person) -> None:
    with person.connect() as one, person.connect() as other:
        one.execute("LISTEN between")
        other.execute("NOTIFY between, 'hello'")
        heard = [(n.channel, n.payload, n.pid) for n in one.notifies(timeout=5, stop_after=1)]
        assert heard == [("between", "hello", other.info.backend_pid)]


def test_an_idle_session_hears_without_asking(demo_site: Site) -> None:
    with RawClient(demo_site.proxy.port) as client:
        client.start(demo_site.alice, demo_site.database.dbname)
        client.send(message(b"Q", b"LISTEN idle\0"))
        client.replies()
        demo_site.run("NOTIFY idle, 'news'")
        heard = client.reply()
    assert heard is not None
    assert heard[0] == b"A"
    assert heard[1].endswith(b"idle\0news\0")

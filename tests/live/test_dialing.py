"""PostgreSQL with TLS behind the proxy: clients' connections and cancel requests use it too."""

import asyncio
import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import servers
from certificates import Authority, Pair
from proxies import Proxy, prepared, running_proxy
from psycopg import errors
from psycopg.conninfo import make_conninfo
from servers import Postgres

from pgtoll.errors import InsecureConnection
from pgtoll.tls import ServerTls, load_server_tls
from pgtoll.upstream.dialing import Dialing
from pgtoll.upstream.hosts import Place
from pgtoll.wire.messages import error_response
from pgtoll.wire.startup import CANCEL_CODE

pytestmark = pytest.mark.live

AUTH_OK = b"R\0\0\0\x08\0\0\0\0"
USERS = ("anybody", "tls_only", "clear_only", "nobody")
RULES = (
    "hostssl all tls_only all trust",
    "hostnossl all clear_only all trust",
    "host all anybody all trust",
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def encrypting(authority: Authority) -> Iterator[Postgres]:
    """A server of the oldest PostgreSQL that speaks TLS, and asks each user in its own way."""
    binaries = servers.system_binaries(15)
    if binaries is None:
        pytest.skip("PostgreSQL 15 is not installed")
    pair = authority.issue("db.example", "localhost", "db.example")
    with servers.cluster(binaries, log_connections="on") as server:
        servers.encrypt(server, pair.certificate, pair.key, authority.file)
        for user in USERS:
            server.execute(f"CREATE ROLE {user} LOGIN")
        servers.let_in(server, *RULES)
        yield server


@contextmanager
def proxied(server: Postgres, directory: Path, **parameters: str) -> Iterator[Proxy]:
    """Run a proxy that reaches the server with these parameters of libpq."""
    with prepared(server, directory) as (licensing, trust):
        own = make_conninfo(licensing.database.dsn, **parameters)
        options = ("--server", own)
        with running_proxy(licensing.database, trust, options=options) as proxy:
            yield proxy


def encrypted(proxy: Proxy, user: str) -> bool:
    """Whether the server sees a client's connection encrypted."""
    sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    with proxy.connect(user) as session:
        ((found,),) = session.execute(sql).fetchall()
    return bool(found)


def outcomes(proxy: Proxy) -> dict[str, bool | str | None]:
    found: dict[str, bool | str | None] = {}
    for user in USERS:
        try:
            found[user] = encrypted(proxy, user)
        except psycopg.OperationalError as exc:
            found[user] = "no encryption" if "no encryption" in str(exc) else "SSL encryption"
    return found


WAYS: dict[str, dict[str, bool | str | None]] = {
    "disable": {"anybody": False, "clear_only": False, "tls_only": "no encryption"},
    "allow": {"anybody": False, "clear_only": False, "tls_only": True},
    "prefer": {"anybody": True, "clear_only": False, "tls_only": True},
    "require": {"anybody": True, "clear_only": "SSL encryption", "tls_only": True},
}


@pytest.mark.parametrize("sslmode", WAYS)
def test_a_mode_means_what_it_means_to_libpq(
    sslmode: str, encrypting: Postgres, tmp_path: Path
) -> None:
    first = "no encryption" if sslmode in ("disable", "allow") else "SSL encryption"
    expected = {**WAYS[sslmode], "nobody": first}
    with proxied(encrypting, tmp_path, sslmode=sslmode) as proxy:
        assert outcomes(proxy) == expected


def test_a_client_can_be_verified_from_end_to_end(
    encrypting: Postgres, authority: Authority, tmp_path: Path
) -> None:
    verified = {
        "sslmode": "verify-full",
        "sslrootcert": str(authority.file),
        "host": "db.example",
        "hostaddr": encrypting.host,
    }
    with proxied(encrypting, tmp_path, **verified) as proxy:
        assert encrypted(proxy, "tls_only")


def test_cancel_requests_are_encrypted_too(encrypting: Postgres, tmp_path: Path) -> None:
    with (
        proxied(encrypting, tmp_path, sslmode="require") as proxy,
        proxy.connect("anybody") as session,
    ):
        timer = threading.Timer(0.3, session.cancel_safe)
        timer.start()
        with pytest.raises(errors.QueryCanceled):
            session.execute("SELECT pg_sleep(20)")
        timer.join()


def dialled(server: Postgres, tls: ServerTls, first: bytes, name: str = "localhost") -> bytes:
    """What a server answers first, if it is asked in these ways."""

    async def dial() -> bytes:
        answered = asyncio.Event()
        transport, heard = await Dialing(10.0, tls).dial(
            Place(name, server.host, server.port), lambda: _Hearing(answered), first
        )
        async with asyncio.timeout(10):
            await answered.wait()
        transport.abort()
        return heard.data

    return asyncio.run(dial())


class _Hearing(asyncio.Protocol):
    def __init__(self, answered: asyncio.Event) -> None:
        self._answered = answered
        self.data = b""

    def data_received(self, data: bytes) -> None:
        self.data += data
        self._answered.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._answered.set()


def test_of_two_refusals_the_one_that_says_more_is_told(
    encrypting: Postgres, tmp_path: Path
) -> None:
    packet = startup_of("clear_only", f"missing_{secrets.token_hex(2)}")
    for mode in ("allow", "prefer"):
        answer = dialled(encrypting, load_server_tls({"sslmode": mode}, tmp_path), packet)
        assert b"C3D000\0" in answer


def test_last_words_that_come_with_their_end_are_heard(
    authority: Authority, tmp_path: Path
) -> None:
    words = error_response({"C": "3D000", "M": "there is none"}, "FATAL")
    tls = load_server_tls({"sslmode": "prefer"}, tmp_path)

    async def dial(port: int) -> tuple[bool, bytes]:
        ended = asyncio.Event()
        place = Place("localhost", "127.0.0.1", port)
        transport, heard = await Dialing(10.0, tls).dial(place, lambda: _UntilEnd(ended), b"hello")
        given_away = transport.is_closing()
        await ended.wait()
        return given_away, heard.data

    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = authority.issue("localhost")
        server = threading.Thread(target=say_and_close, args=(listener, serving, AUTH_OK + words))
        server.start()
        closing, heard = asyncio.run(asyncio.wait_for(dial(listener.getsockname()[1]), 10))
        server.join()
    assert not closing
    assert heard == AUTH_OK + words


def say_and_close(listener: socket.socket, pair: Pair, words: bytes) -> None:
    """Serve one client that asks for TLS: the answer and the end of TLS are one segment."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    client, _ = listener.accept()
    with client:
        client.recv(8)
        client.sendall(b"S")
        for step in (tls.do_handshake, lambda: tls.read(100)):
            while not _done(step):
                client.sendall(outgoing.read())
                incoming.write(client.recv(1 << 16))
        tls.write(words)
        with suppress(ssl.SSLWantReadError):
            tls.unwrap()
        client.sendall(outgoing.read())


def _done(step: Callable[[], object]) -> bool:
    try:
        step()
    except ssl.SSLWantReadError:
        return False
    return True


class _UntilEnd(asyncio.Protocol):
    def __init__(self, ended: asyncio.Event) -> None:
        self._ended = ended
        self.data = b""

    def data_received(self, data: bytes) -> None:
        self.data += data

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended.set()


def startup_of(user: str, database: str) -> bytes:
    body = (
        b"\0\x03\0\0"
        + b"\0".join(part.encode() for part in ("user", user, "database", database))
        + b"\0\0"
    )
    return (len(body) + 4).to_bytes(4, "big") + body


def test_a_server_for_another_name_is_not_spoken_to(
    encrypting: Postgres, authority: Authority, tmp_path: Path
) -> None:
    parameters = {"sslmode": "verify-full", "sslrootcert": str(authority.file)}
    tls = load_server_tls(parameters, tmp_path)
    packet = startup_of("anybody", "postgres")
    assert dialled(encrypting, tls, packet, "db.example")[:1] == b"R"
    with pytest.raises(InsecureConnection, match="does not match host name"):
        dialled(encrypting, tls, packet, "other.example")


def test_a_cancel_request_is_answered_by_nothing(encrypting: Postgres, tmp_path: Path) -> None:
    packet = (16).to_bytes(4, "big") + CANCEL_CODE.to_bytes(4, "big") + bytes(8)
    tls = load_server_tls({"sslmode": "require"}, tmp_path)
    assert dialled(encrypting, tls, packet) == b""


def test_a_server_without_tls_is_used_in_the_clear_only_if_that_is_allowed(
    postgres15: Postgres, tmp_path: Path
) -> None:
    packet = startup_of(postgres15.user, "postgres")
    for mode in ("allow", "prefer", "disable"):
        tls = load_server_tls({"sslmode": mode}, tmp_path)
        assert dialled(postgres15, tls, packet)[:1] == b"R"
    with pytest.raises(InsecureConnection, match="SSL was required"):
        dialled(postgres15, load_server_tls({"sslmode": "require"}, tmp_path), packet)


def test_an_unreachable_server_is_an_error_of_the_system(
    encrypting: Postgres, tmp_path: Path
) -> None:
    nowhere = replace(encrypting, port=servers.free_port())
    with pytest.raises(ConnectionRefusedError):
        dialled(nowhere, load_server_tls({"sslmode": "prefer"}, tmp_path), b"x")

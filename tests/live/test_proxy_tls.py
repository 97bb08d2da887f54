"""TLS to clients: what psql, psycopg and asyncpg make of it, and that sessions live as without."""

import asyncio
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import psycopg
import pytest
from certificates import Authority, Pair
from proxies import Proxy, Site, eventually, running_proxy
from psycopg import errors
from raw_client import SSL_REQUEST, startup

from pgtoll.wire.messages import query

pytestmark = pytest.mark.live

HEADER_BYTES = 5
LARGE = 50_000_000


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def pair(authority: Authority) -> Pair:
    return authority.issue("localhost", "localhost", "127.0.0.1")


def offering(pair: Pair, tls: str = "require") -> tuple[str, ...]:
    return ("--tls", tls, "--tls-cert", str(pair.certificate), "--tls-key", str(pair.key))


@contextmanager
def proxy_of(site: Site, *options: str) -> Iterator[Proxy]:
    with running_proxy(site.database, site.trust, options=options) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def requiring(licensed_site: Site, pair: Pair) -> Iterator[Proxy]:
    """A proxy that takes encrypted connections only."""
    with proxy_of(licensed_site, *offering(pair)) as proxy:
        yield proxy


@pytest.fixture
def user(licensed_site: Site) -> str:
    return licensed_site.alice


@pytest.mark.parametrize("sslmode", ["allow", "prefer", "require", "verify-ca", "verify-full"])
def test_psql_is_encrypted(requiring: Proxy, authority: Authority, sslmode: str) -> None:
    dsn = requiring.dsn(sslmode=sslmode, sslrootcert=str(authority.file))
    run = subprocess.run(
        ["psql", "-X", dsn, "-c", "\\conninfo", "-c", "SELECT 'x' || 1"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "SSL connection (protocol: TLSv1.3" in run.stdout
    assert "x1" in run.stdout


def test_who_does_not_encrypt_is_refused(requiring: Proxy, user: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        requiring.connect(user, sslmode="disable")


def test_another_name_is_noticed(requiring: Proxy, authority: Authority, user: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        requiring.connect(
            user, sslmode="verify-full", sslrootcert=str(authority.file),
            host="elsewhere", hostaddr="127.0.0.1",
        )  # fmt: skip


def test_direct_negotiation(requiring: Proxy, user: str) -> None:
    with requiring.connect(user, sslmode="require", sslnegotiation="direct") as session:
        assert session.execute("SELECT 1").fetchone() == (1,)


def test_asyncpg_is_encrypted(requiring: Proxy, authority: Authority, user: str) -> None:
    async def ask() -> object:
        session = await asyncpg.connect(
            host="127.0.0.1", port=requiring.port, user=user, database=requiring.database.dbname,
            ssl=ssl.create_default_context(cafile=str(authority.file)),
        )  # fmt: skip
        try:
            return await session.fetchval("SELECT sum(n) FROM generate_series(1, 100000) n")
        finally:
            await session.close()

    assert asyncio.run(ask()) == 5_000_050_000


def test_a_cancel_request_reaches_the_server(requiring: Proxy, user: str) -> None:
    with requiring.connect(user) as session:
        timer = threading.Timer(0.3, session.cancel_safe)
        timer.start()
        with pytest.raises(errors.QueryCanceled, match="user request"):
            session.execute("SELECT pg_sleep(20)")
        timer.join()


def test_large_things_travel_both_ways(requiring: Proxy, user: str) -> None:
    with requiring.connect(user) as session:
        sent = "x" * LARGE
        ((echo,),) = session.execute("SELECT %s::text", [sent]).fetchall()
        assert echo == sent
        session.execute("CREATE TEMP TABLE large (t text)")
        with session.cursor().copy("COPY large FROM STDIN") as copy:
            for _ in range(50):
                copy.write(b"y" * 999_999 + b"\n")
        with session.cursor().copy("COPY large TO STDOUT") as copy:
            assert sum(map(len, copy)) == 50_000_000


def test_a_slow_reader_costs_no_memory(requiring: Proxy, user: str) -> None:
    with requiring.connect(user) as session:
        session.execute("SELECT 1")
        before = requiring.resident_bytes
        raw = Encrypted(requiring, user)
        raw.say(query(b"SELECT repeat('x', 1000000) FROM generate_series(1, 200)"))
        time.sleep(1.5)
        assert requiring.resident_bytes - before < 20_000_000
        raw.close()


class Encrypted:
    """A raw client inside of TLS, which keeps what its socket received too."""

    def __init__(self, proxy: Proxy, user: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", proxy.port), timeout=10)
        self.socket.sendall(SSL_REQUEST)
        assert self.socket.recv(1) == b"S"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing)
        self.received = b""
        while not self._shaken():
            self._incoming.write(self.socket.recv(1 << 16))
        self.say(startup(user=user, database=proxy.database.dbname))

    def _shaken(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        finally:
            self.socket.sendall(self._outgoing.read())
        return True

    def say(self, data: bytes) -> None:
        self._tls.write(data)
        self.socket.sendall(self._outgoing.read())

    def everything(self) -> bytes:
        """All that comes until the other side says that no more follows."""
        while data := self.socket.recv(1 << 16):
            self.received += data
        self._incoming.write(self.received)
        plain = b""
        while part := self._tls.read(1 << 16):
            plain += part
        return plain

    def close(self) -> None:
        self.socket.close()


def records(data: bytes) -> Iterator[int]:
    """The lengths of the records in what was received, with their headers."""
    while data:
        length = HEADER_BYTES + int.from_bytes(data[3:5], "big")
        yield length
        data = data[length:]


def test_records_are_small_and_the_end_is_said(requiring: Proxy, user: str) -> None:
    raw = Encrypted(requiring, user)
    raw.say(query(b"SELECT repeat('x', 1000000)") + b"X\0\0\0\4")
    assert b"x" * 1_000_000 in raw.everything()
    assert max(records(raw.received)) <= 8192
    raw.close()


def test_the_last_words_arrive(requiring: Proxy, user: str) -> None:
    """What a client has not read when its session is ended reaches it, and then why."""
    raw = Encrypted(requiring, user)
    raw.say(query(b"SELECT repeat('x', 3000000), pg_terminate_backend(pg_backend_pid())"))
    plain = raw.everything()
    assert b"57P01" in plain
    raw.close()


def test_a_client_that_vanishes_takes_its_server_along(
    licensed_site: Site, requiring: Proxy, user: str
) -> None:
    raw = Encrypted(requiring, user)
    time.sleep(0.2)
    sql = f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{user}'"
    assert licensed_site.value(sql) == 1
    raw.close()
    assert eventually(lambda: licensed_site.value(sql) == 0, within=5)


def test_certificates_of_clients(
    licensed_site: Site, authority: Authority, pair: Pair, user: str
) -> None:
    bob, eve = authority.issue("bob"), authority.issue("eve")
    asking = ("--tls-ca", str(authority.file), "--tls-client-certs", "require")
    revoked = ("--tls-crl", str(authority.revoke(eve)))
    with proxy_of(licensed_site, *offering(pair), *asking, *revoked) as proxy:
        with proxy.connect(user, sslcert=str(bob.certificate), sslkey=str(bob.key)) as session:
            assert session.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="certificate required"):
            proxy.connect(user, sslmode="require")
        with pytest.raises(psycopg.OperationalError, match="certificate revoked"):
            proxy.connect(
                user, sslmode="require", sslcert=str(eve.certificate), sslkey=str(eve.key)
            )


def test_a_proxy_in_front_of_a_proxy_may_negotiate_directly(
    licensed_site: Site, requiring: Proxy, authority: Authority, user: str
) -> None:
    """The one behind is a server that speaks direct TLS, as PostgreSQL does from version 17."""
    base = licensed_site.database
    tls = f"sslmode=verify-full sslrootcert={authority.file} sslnegotiation=direct"
    behind = f"host=localhost hostaddr=127.0.0.1 port={requiring.port} user={base.user} {tls}"
    options = ("--server", f"{behind} dbname={base.dbname}", "--store", base.dsn)
    with (
        running_proxy(base, licensed_site.trust, options=options) as proxy,
        proxy.connect(user) as session,
    ):
        assert session.execute("SELECT current_user::text").fetchone() == (user,)


@pytest.mark.parametrize("wrong", ["missing", "other", "open", "locked"])
def test_a_bad_file_is_one_line_at_start(
    wrong: str, licensed_site: Site, authority: Authority, pair: Pair, tmp_path: Path
) -> None:
    bad = {
        "missing": lambda: replace(pair, key=tmp_path / "missing.key"),
        "other": lambda: replace(pair, key=authority.issue("other").key),
        "open": lambda: replace(pair, key=opened(pair.key, tmp_path / "open.key")),
        "locked": lambda: authority.issue("locked", passphrase="secret"),
    }[wrong]()
    with pytest.raises(RuntimeError) as caught, proxy_of(licensed_site, *offering(bad)):
        pass
    lines = [line for line in str(caught.value).splitlines() if line]
    assert len(lines) == 1
    assert str(bad.key) in lines[0]


def opened(key: Path, copy: Path) -> Path:
    copy.write_bytes(key.read_bytes())
    copy.chmod(0o644)
    return copy


def test_new_certificates_come_into_force_and_close_nothing(
    licensed_site: Site, authority: Authority, user: str, tmp_path: Path
) -> None:
    used = replace(authority, directory=tmp_path).issue("localhost", "127.0.0.1")
    with proxy_of(licensed_site, *offering(used)) as proxy:
        old = str(authority.file)
        with proxy.connect(user, sslmode="verify-ca", sslrootcert=old) as session:
            session.execute("BEGIN")
            used.key.write_bytes(b"nothing")
            reload(proxy)
            proxy.connect(user, sslmode="verify-ca", sslrootcert=old).close()
            renewed = Authority.new(tmp_path, "renewed")
            assert renewed.issue("localhost", "127.0.0.1") == used
            reload(proxy)
            new = str(renewed.file)
            assert eventually(lambda: verifies(proxy, user, new), within=10)
            assert not verifies(proxy, user, old)
            assert session.execute("SELECT 1").fetchone() == (1,)


def reload(proxy: Proxy) -> None:
    """Have the proxy read its files again, and give it the time."""
    proxy.process.send_signal(signal.SIGHUP)
    time.sleep(1)


def verifies(proxy: Proxy, user: str, root: str) -> bool:
    """Whether the proxy's certificate is from this authority."""
    try:
        proxy.connect(user, sslmode="verify-ca", sslrootcert=root).close()
    except psycopg.OperationalError:
        return False
    return True

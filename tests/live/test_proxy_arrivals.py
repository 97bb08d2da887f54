"""How many clients are let in, and from where they come when a load balancer stands in front."""

import socket
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shutil import which

import psycopg
import pytest
from arrivals import fields
from programs import linux
from proxies import Proxy, Site, eventually, running_proxy
from psycopg import errors
from raw_client import RawClient, startup
from servers import free_port

from pgtoll.wire.forwarding import SIGNATURE

pytestmark = [pytest.mark.live, linux]

FULL = ("FATAL", "53300", "sorry, too many clients already")


@contextmanager
def proxy_with(site: Site, *options: str, workers: int = 1) -> Iterator[Proxy]:
    with running_proxy(site.database, site.trust, workers=workers, options=options) as proxy:
        yield proxy


def turned_away(proxy: Proxy, site: Site, user: str) -> tuple[str, str, str]:
    with RawClient(proxy.port) as client:
        return fields(client.start(user, site.database.dbname)[-1])


def is_let_in(proxy: Proxy, user: str) -> bool:
    try:
        proxy.connect(user).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.parametrize("workers", [1, 2])
def test_so_many_clients_and_no_more(licensed_site: Site, workers: int) -> None:
    site = licensed_site
    options = ("--max-connections", "3")
    with proxy_with(site, *options, workers=workers) as proxy, ExitStack() as stack:
        sessions = [stack.enter_context(proxy.connect(site.alice)) for _ in range(3)]
        for _ in range(5):
            assert turned_away(proxy, site, site.alice) == FULL
        sessions[0].close()
        assert eventually(lambda: is_let_in(proxy, site.bob), within=5)


def test_so_many_of_one_role_and_from_one_address(licensed_site: Site) -> None:
    site = licensed_site
    options = ("--max-user-connections", "2", "--max-address-connections", "3")
    with proxy_with(site, *options) as proxy, ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(proxy.connect(site.alice))
        told = ("FATAL", "53300", f'too many connections for role "{site.alice}"')
        assert turned_away(proxy, site, site.alice) == told
        assert eventually(lambda: is_let_in(proxy, site.bob), within=5)
        stack.enter_context(proxy.connect(site.bob))
        told = ("FATAL", "53300", 'too many connections from address "127.0.0.1"')
        assert turned_away(proxy, site, site.bob) == told


def test_who_does_not_log_in_in_time_is_let_go(licensed_site: Site) -> None:
    with proxy_with(licensed_site, "--login-timeout", "1") as proxy, RawClient(proxy.port) as idle:
        began = time.monotonic()
        assert idle.replies() == []
        assert 0.5 < time.monotonic() - began < 5


# Load balancers


def test_a_load_balancer_must_say_for_whom_it_connects(licensed_site: Site) -> None:
    site = licensed_site
    start = startup(user=site.alice, database=site.database.dbname)
    options = ("--proxy-protocol", "127.0.0.0/8", "--max-address-connections", "1")
    with proxy_with(site, *options) as proxy, ExitStack() as stack:
        for last in (7, 8):
            client = stack.enter_context(RawClient(proxy.port))
            client.send(f"PROXY TCP4 10.0.0.{last} 10.0.0.1 5123 6432\r\n".encode(), start)
            assert client.replies()[-1][0] == b"Z"
        with RawClient(proxy.port) as client:
            client.send(b"PROXY TCP4 10.0.0.7 10.0.0.1 5124 6432\r\n", start)
            told = 'too many connections from address "10.0.0.7"'
            assert fields(client.replies()[-1]) == ("FATAL", "53300", told)
        with RawClient(proxy.port) as client, suppress(ConnectionResetError):
            client.send(start)
            assert client.replies() == []


def test_who_is_no_load_balancer_may_not_pretend_to_be_one(licensed_site: Site) -> None:
    start = startup(user=licensed_site.alice, database=licensed_site.database.dbname)
    for header in (b"PROXY TCP4 10.0.0.7 10.0.0.1 1 2\r\n", SIGNATURE + b"\x20\0\0\0"):
        with RawClient(licensed_site.proxy.port) as client:
            client.send(header, start)
            with suppress(ConnectionResetError):
                assert client.replies() == []


@pytest.mark.parametrize("version", ["send-proxy", "send-proxy-v2"])
def test_haproxy(licensed_site: Site, tmp_path: Path, version: str) -> None:
    program = which("haproxy") or which("haproxy", path="/usr/sbin")
    if program is None:
        pytest.skip("HAProxy is not installed")
    site, port = licensed_site, free_port()
    options = ("--proxy-protocol", "127.0.0.1", "--max-address-connections", "2")
    with proxy_with(site, *options) as proxy:
        config = tmp_path / "haproxy.cfg"
        config.write_text(
            "defaults\n mode tcp\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n"
            f"listen pgtoll\n bind 127.0.0.1:{port}\n"
            f" server one 127.0.0.1:{proxy.port} {version} check check-send-proxy inter 100ms\n"
        )
        process = subprocess.Popen([program, "-db", "-f", str(config)], stderr=subprocess.DEVNULL)
        try:

            def answers() -> bool:
                try:
                    proxy.connect(site.alice, port=port).close()
                except psycopg.OperationalError:
                    return False
                return True

            assert eventually(answers, within=10)
            with proxy.connect(site.alice, port=port) as session:
                assert session.execute("SELECT 1").fetchone() == (1,)
            with pytest.raises(psycopg.OperationalError):
                proxy.connect(site.alice)  # past the load balancer, from its address
        finally:
            process.terminate()
            process.wait(10)


# Unix sockets


@pytest.mark.parametrize("workers", [1, 2])
def test_clients_of_the_same_machine_come_by_a_unix_socket(
    licensed_site: Site, tmp_path: Path, workers: int
) -> None:
    site = licensed_site
    abstract = f"@pgtoll-{tmp_path.name}"
    places = ("--unix-socket-dir", str(tmp_path), "--unix-socket-dir", abstract)
    mode = ("--unix-socket-mode", "0700")
    with proxy_with(site, *places, *mode, workers=workers) as proxy:
        file = tmp_path / f".s.PGSQL.{proxy.port}"
        assert stat.S_IMODE(file.stat().st_mode) == 0o700
        for _ in range(4):
            with proxy.connect(site.alice, host=str(tmp_path)) as session:
                assert session.execute("SELECT 1").fetchone() == (1,)
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(f"\0{abstract[1:]}/.s.PGSQL.{proxy.port}")
                client.sendall(startup(user=site.alice, database=site.database.dbname))
                assert client.recv(1) == b"R"
        with proxy.connect(site.alice, host=str(tmp_path)) as session:
            timer = threading.Timer(0.3, session.cancel_safe, kwargs={"timeout": 10})
            timer.start()
            with pytest.raises(errors.QueryCanceled):
                session.execute("SELECT pg_sleep(30)")
            timer.join()
    assert list(tmp_path.iterdir()) == []

"""Cancel keys of whatever length, as protocol 3.2 has them, and requests with a wrong one."""

import struct
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from impostor import Impostor, impostor
from proxies import Proxy, Site, eventually, running_proxy
from raw_client import RawClient, Reply, sqlstates, startup, types

from pgtoll.wire.messages import message, query
from pgtoll.wire.startup import CANCEL_CODE

pytestmark = pytest.mark.live

NEWEST = struct.pack("!I", (3 << 16) | 2)
LONG = bytes(range(256))  # what protocol 3.2 allows
PID = 4711
SLEEP = b"SELECT pg_sleep(30)"
HEARD_SECONDS = 10.0


@pytest.fixture(scope="module")
def shared(licensed_site: Site) -> Iterator[Proxy]:
    """A proxy of which nobody knows which worker gets a client."""
    with running_proxy(licensed_site.database, licensed_site.trust, workers=2) as proxy:
        yield proxy


def newest(user: str, database: str) -> bytes:
    """A StartupMessage of protocol 3.2."""
    packet = startup(user=user, database=database)
    return packet[:4] + NEWEST + packet[8:]


def key_of(replies: list[Reply]) -> tuple[int, bytes]:
    """The process and the secret of the BackendKeyData among messages."""
    (data,) = (data for kind, data in replies if kind == b"K")
    return int.from_bytes(data[5:9], "big"), data[9:]


def request(pid: int, key: bytes) -> bytes:
    return struct.pack("!III", 12 + len(key), CANCEL_CODE, pid) + key


def answer(port: int, packet: bytes) -> list[Reply]:
    """Send a packet on a connection of its own; return what is said until it is closed."""
    with RawClient(port) as client:
        client.send(packet)
        return client.replies()


def logged_in(site: Site, proxy: Proxy, client: RawClient) -> tuple[int, bytes]:
    client.send(newest(site.alice, site.database.dbname))
    return key_of(client.replies())


def runs(site: Site, pid: int) -> bool:
    """Whether a server process runs what is to be cancelled."""
    found = f"FROM pg_stat_activity WHERE pid = {pid} AND state = 'active'"
    return site.value(f"SELECT count(*) {found} AND query = '{SLEEP.decode()}'") == 1


def test_a_long_key_cancels_whichever_worker_gets_it(licensed_site: Site, shared: Proxy) -> None:
    with RawClient(shared.port) as client:
        pid, key = logged_in(licensed_site, shared, client)
        assert len(key) == 32
        for _ in range(6):  # one worker alone would get all of them once in 64 times
            client.send(query(SLEEP))
            assert eventually(lambda: runs(licensed_site, pid), within=HEARD_SECONDS)
            began = time.monotonic()
            assert answer(shared.port, request(pid, key)) == []
            assert sqlstates(client.replies()) == ["57014"]
            assert time.monotonic() - began < HEARD_SECONDS


def test_a_client_of_3_0_has_a_key_of_four_bytes(licensed_site: Site, shared: Proxy) -> None:
    with RawClient(shared.port) as client:
        pid, key = key_of(client.start(licensed_site.alice, licensed_site.database.dbname))
        assert len(key) == 4
        client.send(query(SLEEP))
        assert eventually(lambda: runs(licensed_site, pid), within=HEARD_SECONDS)
        assert answer(shared.port, request(pid, key)) == []
        assert sqlstates(client.replies()) == ["57014"]


def test_a_key_of_another_length_cancels_nothing(licensed_site: Site, shared: Proxy) -> None:
    with RawClient(shared.port) as client:
        pid, key = logged_in(licensed_site, shared, client)
        wrong = [key[:4], key[:-1], key + b"\0", key[::-1], key * 8]
        client.send(query(b"SELECT 1 FROM pg_sleep(4)"))
        began = time.monotonic()
        for one in wrong:
            assert answer(shared.port, request(pid, one)) == []
        sent = time.monotonic() - began
        assert types(client.replies()) == b"TDCZ"
        assert sent < 4, "the query had ended before all were sent"


@pytest.mark.parametrize("key", [b"", b"abc", LONG + b"x", LONG * 20, LONG * 39])
def test_a_key_that_no_server_issues_is_not_passed_on(
    licensed_site: Site, shared: Proxy, key: bytes
) -> None:
    site = licensed_site
    assert answer(shared.port, request(PID, key)) == []
    assert answer(site.database.port, request(PID, key)) == []
    with RawClient(shared.port) as client:
        assert logged_in(site, shared, client)[0]


def lying_about_keys(it: Impostor, key: bytes) -> None:
    """Have the impostor let its victim in with a cancel key of this kind."""
    greeting = message(b"R", bytes(4)) + message(b"K", struct.pack("!I", PID) + key)
    it.script = [greeting + message(b"Z", b"I")]


@pytest.mark.parametrize("key", [LONG, LONG[:5], LONG[:4]])
def test_the_longest_key_goes_to_and_fro_unchanged(licensed_site: Site, key: bytes) -> None:
    site = licensed_site
    with impostor((site.database.host, site.database.port), site.alice) as it:
        between = replace(site.database, host="127.0.0.1", port=it.port)
        with running_proxy(between, site.trust) as proxy, RawClient(proxy.port) as client:
            lying_about_keys(it, key)
            assert logged_in(site, proxy, client) == (PID, key)
            assert answer(proxy.port, request(PID, key)) == []
            assert eventually(lambda: it.cancels == [request(PID, key)], within=HEARD_SECONDS)

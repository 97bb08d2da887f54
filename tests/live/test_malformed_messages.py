"""Malformed messages end one session of a running proxy cleanly; then a fresh client works."""

import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from impostor import Impostor, impostor
from mutations import mutated, pieces
from peers import messages
from programs import descriptors, linux
from proxies import Proxy, Site, eventually, running_proxy
from raw_client import RawClient, startup
from well_formed import FROM_CLIENTS, FROM_SERVERS

from pgtoll.wire.messages import SYNC, TERMINATE, message, query

pytestmark = [pytest.mark.live, linux]

SESSIONS = max(150, int(os.environ.get("PGTOLL_FUZZ_EXAMPLES", "0")) // 10)
FRESH = 25  # sessions until somebody else has a look
GREETING = message(b"R", bytes(4)) + message(b"Z", b"I")
FAULT = "closed by a fault in pgtoll"


@pytest.fixture
def lying(licensed_site: Site, tmp_path: Path) -> Iterator[tuple[Site, Proxy, Impostor]]:
    """A proxy whose server lies to Alice."""
    site = licensed_site
    with impostor((site.database.host, site.database.port), site.alice) as it:
        between = replace(site.database, host="127.0.0.1", port=it.port)
        with running_proxy(between, site.trust) as proxy:
            yield site, proxy, it


def heard(client: RawClient) -> bytes:
    """Everything until the proxy closes, which it must do."""
    data = b""
    try:
        while part := client.socket.recv(1 << 16):
            data += part
    except ConnectionResetError:
        pass
    return data


def works(proxy: Proxy, user: str) -> bool:
    with proxy.connect(user) as session:
        return session.execute("SELECT 1").fetchone() == (1,)


def faults(proxy: Proxy) -> list[str]:
    lines = proxy.log.read_text(errors="replace").splitlines()
    return [line for line in lines if FAULT in line or "Traceback" in line]


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_a_client_that_sends_garbage_ends_its_own_session(licensed_site: Site, who: str) -> None:
    proxy, user, random = licensed_site.proxy, getattr(licensed_site, who), Random(who)  # noqa: S311
    assert works(proxy, licensed_site.bob)
    held = descriptors(proxy.process.pid)
    for number in range(SESSIONS):
        before = b"".join(random.choices(FROM_CLIENTS, k=random.randrange(3)))
        wrong = before + mutated(random, random.choice(FROM_CLIENTS)) + SYNC
        with RawClient(proxy.port) as client:
            client.start(user, licensed_site.database.dbname)
            try:
                for piece in pieces(random, wrong):
                    client.send(piece)
                client.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it has had enough already
            messages(heard(client))
        if number % FRESH == 0:
            assert works(proxy, licensed_site.bob)
    assert faults(proxy) == []
    assert eventually(lambda: descriptors(proxy.process.pid) <= held, within=20.0)


def test_a_server_that_sends_garbage_ends_one_session(
    lying: tuple[Site, Proxy, Impostor],
) -> None:
    site, proxy, it = lying
    random = Random("server")  # noqa: S311
    for number in range(SESSIONS):
        greeting = GREETING if random.random() < 0.8 else b""
        before = b"".join(random.choices(FROM_SERVERS, k=random.randrange(3)))
        wrong = greeting + before + mutated(random, random.choice(FROM_SERVERS))
        it.script = list(pieces(random, wrong))
        with RawClient(proxy.port) as client:
            client.send(startup(user=site.alice, database=site.database.dbname))
            client.send(query(b"SELECT 1"), TERMINATE)
            heard(client)
        if number % FRESH == 0:
            assert works(proxy, site.bob)
    assert faults(proxy) == []
    assert works(proxy, site.bob)

"""Nobody is forgotten by what is between client and server, and the hunt for it would notice."""

import os
import random
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bench import bursts
from bench.bursts import Client, Forgotten, Waits, hammer
from bench.crowd import stand_in
from bench.stand_in import USER
from proxies import Proxy, eventually, prepared, running_proxy
from psycopg.conninfo import conninfo_to_dict
from raw_client import RawClient
from servers import Postgres

SECONDS = 2.0


@pytest.fixture(scope="module")
def proxy(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Two workers before a stand-in for PostgreSQL that answers at once; nobody lacks anything."""
    with (
        prepared(postgres, tmp_path_factory.mktemp("waits")) as (licensing, trust),
        stand_in(licensing.database) as server,
    ):
        licensing.upload(licensing.vendor.license("base"))
        behind = replace(licensing.database, port=int(str(conninfo_to_dict(server)["port"])))
        options = ("--store", licensing.database.dsn)
        with running_proxy(behind, trust, workers=2, options=options) as found:
            yield found


def test_every_reply_comes_through_workers_that_clients_wake_again_and_again(proxy: Proxy) -> None:
    waits = hammer(proxy.port, proxy.database.dbname, clients=8, seconds=SECONDS, seed=os.getpid())
    assert waits.replies > waits.bursts > 50
    assert min(waits.there[0], waits.back[0]) > 0  # both ways are timed, by one clock


def test_a_reply_that_does_not_come_is_noticed(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bursts, "REPLY_SECONDS", 0.2)
    monkeypatch.setattr(bursts, "query", lambda *_: b"Q\0\x0f\0\0SELECT 1")
    with pytest.raises(Forgotten, match="did not come within"):
        hammer(proxy.port, proxy.database.dbname, 1, SECONDS, seed=1)


def test_a_connection_that_is_closed_is_noticed(proxy: Proxy) -> None:
    with RawClient(proxy.port) as raw:
        raw.start(USER.decode(), proxy.database.dbname)
        client = Client(raw, random.Random(1), Waits())  # noqa: S311 (no secret)
        raw.socket.sendall(b"no message")  # for which a proxy of ours ends the session

        def closed() -> bool:
            try:
                client.take(time.monotonic())
            except Forgotten as exc:
                return "was closed" in str(exc)
            return False

        assert eventually(closed, within=bursts.REPLY_SECONDS)


def test_the_longest_waits_are_kept_in_order() -> None:
    waits = Waits()
    for number in range(200):
        waits.add(there=number % 97, back=0.5)
    assert waits.there == sorted(waits.there)
    assert (len(waits.there), waits.there[-1], waits.longest) == (bursts.KEPT, 96, 96)
    assert waits.replies == 200

"""Of two servers that both take writes, the one that was promoted last is the store."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
import servers
from programs import linux
from proxies import eventually
from replicas import Pair, is_standby, pair

from pgtoll.errors import StoreError
from pgtoll.store.link import connect, connect_one
from pgtoll.upstream.primary import Timelines, find

pytestmark = [pytest.mark.live, linux]

PROMOTED = 30.0


@pytest.fixture(scope="module")
def split() -> Iterator[Pair]:
    """Two that were a pair: the standby was promoted, and the primary goes on."""
    binaries = servers.system_binaries(15)
    if binaries is None:
        pytest.skip("PostgreSQL 15 is not installed")
    with pair(binaries) as both:
        assert both.followed()
        both.standby.promote()
        assert eventually(lambda: not is_standby(both.standby.server), within=PROMOTED)
        yield both


def port_of(dsn: str, timelines: Timelines | None = None) -> int:
    async def found() -> int:
        one = await find(dsn, connect_one, timelines)
        try:
            return one.connection.info.port
        finally:
            await one.connection.close()

    return asyncio.run(found())


def dsn_of(*ports: int, **more: str) -> str:
    hosts, listed = ",".join("127.0.0.1" for _ in ports), ",".join(map(str, ports))
    rest = " ".join(f"{name}={value}" for name, value in more.items())
    return f"host={hosts} port={listed} user=postgres dbname=postgres {rest}"


def test_the_one_promoted_last_is_found_in_any_order(split: Pair) -> None:
    old, new = split.primary.server.port, split.standby.server.port
    assert port_of(dsn_of(old, new)) == port_of(dsn_of(new, old)) == new
    assert port_of(dsn_of(old)) == old  # who knows of no other cannot tell


def test_the_old_one_is_not_gone_back_to(split: Pair) -> None:
    old, new = split.primary.server.port, split.standby.server.port
    seen = Timelines()
    assert port_of(dsn_of(old), seen) == old
    assert port_of(dsn_of(old, new), seen) == new
    with pytest.raises(StoreError, match=r"timeline 1, and one of timeline 2 has taken its place"):
        port_of(dsn_of(old, servers.free_port()), seen)


def test_one_that_is_silent_holds_nobody_up(split: Pair) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes connections, and says nothing
        at = silent.getsockname()[1]

        async def reached() -> int:
            async with asyncio.timeout(30):
                dsn = dsn_of(at, split.standby.server.port, connect_timeout="300")
                connection = await connect(dsn)
            try:
                return connection.info.port
            finally:
                await connection.close()

        assert asyncio.run(reached()) == split.standby.server.port


def test_it_is_said_of_each_why_it_is_none() -> None:
    ports = (servers.free_port(), servers.free_port())
    with pytest.raises(StoreError) as caught:
        port_of(dsn_of(*ports))
    assert all(str(port) in str(caught.value) for port in ports)


def test_a_server_that_will_not_tell_its_timeline_is_taken(split: Pair) -> None:
    server = split.standby.server
    server.execute("REVOKE EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) FROM PUBLIC")
    server.execute("CREATE ROLE plain LOGIN")
    try:
        seen = Timelines(9)
        assert port_of(dsn_of(server.port).replace("user=postgres", "user=plain"), seen)
        with pytest.raises(StoreError, match="taken its place"):
            port_of(dsn_of(server.port), seen)
    finally:
        server.execute("GRANT EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) TO PUBLIC")
        with server.connect() as session:
            session.execute("DROP ROLE plain")

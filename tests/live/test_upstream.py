"""Which server a client gets, as the connection string has it."""

import asyncio

import psycopg
import pytest
from programs import linux
from psycopg.conninfo import make_conninfo
from servers import Postgres, free_port

from pgtoll.errors import ConfigError, ServerUnavailable
from pgtoll.tls import ServerTls
from pgtoll.upstream.dialing import Dialing
from pgtoll.upstream.hosts import Host, Hosts, Wanted
from pgtoll.upstream.probing import Probing
from pgtoll.upstream.upstream import Upstream

pytestmark = [pytest.mark.live, linux]


def hosts_of(dsn: str) -> Hosts:
    with psycopg.connect(dsn) as session:
        return Hosts.of(dsn, session.info)


@pytest.mark.parametrize("given", ["127.0.0.1", "localhost"])
def test_a_host_is_the_one_that_is_named(postgres: Postgres, given: str) -> None:
    found = hosts_of(make_conninfo(postgres.dsn, host=given))
    assert found == Hosts((Host(given, postgres.port),), postgres.dbname)


def test_an_address_that_stands_beside_a_name_is_the_one_to_use(postgres: Postgres) -> None:
    dsn = make_conninfo(postgres.dsn, host="nowhere.invalid", hostaddr=postgres.host)
    assert hosts_of(dsn).hosts == (Host("nowhere.invalid", postgres.port, postgres.host),)


def test_another_kind_of_server_than_there_is_is_a_wrong_setting(postgres: Postgres) -> None:
    with psycopg.connect(postgres.dsn) as session:
        dsn = make_conninfo(postgres.dsn, target_session_attrs="master")
        with pytest.raises(ConfigError, match='invalid target_session_attrs value: "master"'):
            Hosts.of(dsn, session.info)


def test_all_hosts_are_known_with_what_is_wanted_of_them(postgres: Postgres) -> None:
    closed = free_port()
    dsn = make_conninfo(
        postgres.dsn,
        host=f"127.0.0.1,{postgres.host}",
        port=f"{closed},{postgres.port}",
        target_session_attrs="primary",
        load_balance_hosts="random",
        connect_timeout=7,
    )
    both = (Host("127.0.0.1", closed), Host(postgres.host, postgres.port))
    assert hosts_of(dsn) == Hosts(both, postgres.dbname, Wanted.PRIMARY, True, 7.0)


def test_the_environment_counts(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", f"{postgres.host},{postgres.host}")
    monkeypatch.setenv("PGPORT", str(postgres.port))
    monkeypatch.setenv("PGTARGETSESSIONATTRS", "read-write")
    found = hosts_of(f"user={postgres.user} dbname={postgres.dbname}")
    assert found.hosts == (Host(postgres.host, postgres.port),) * 2
    assert found.wanted is Wanted.READ_WRITE


def test_a_service_counts(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("service") / "pg_service.conf"
    file.write_text(f"[shop]\nhost={postgres.host}\nport={postgres.port}\nuser=postgres\n")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    assert hosts_of("service=shop dbname=postgres").hosts == (Host(postgres.host, postgres.port),)


def reached(hosts: Hosts, dsn: str) -> int:
    """The port of the server that a client gets."""

    async def reach() -> int:
        upstream = Upstream(hosts, Probing(dsn, 2.0), Dialing(2.0, ServerTls()))
        transport, _ = await upstream.connect(asyncio.Protocol, b"")
        try:
            return int(transport.get_extra_info("peername")[1])
        finally:
            transport.abort()

    return asyncio.run(reach())


def test_a_client_gets_the_first_host_that_answers(postgres: Postgres) -> None:
    hosts = Hosts((Host("127.0.0.1", free_port()), Host("127.0.0.1", postgres.port)), "postgres")
    assert reached(hosts, postgres.dsn) == postgres.port


def test_who_gets_none_is_told_of_each(postgres: Postgres) -> None:
    closed = free_port()
    both = (Host("127.0.0.1", closed), Host("127.0.0.1", postgres.port))
    with pytest.raises(ServerUnavailable) as caught:
        reached(Hosts(both, "postgres", Wanted.STANDBY), postgres.dsn)
    assert str(caught.value) == (
        f"PostgreSQL at 127.0.0.1:{closed} takes no connections; "
        f"PostgreSQL at 127.0.0.1:{postgres.port} is not standby"
    )

"""The proxy itself says where it comes from; what answers in its place is told apart."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import Authority
from doctoring import Clinic
from proxies import prepared, running_proxy
from servers import Postgres, cluster, embedded_binaries, free_port

from pgtoll.config import Listen
from pgtoll.doctor.approach import in_the_clear
from pgtoll.doctor.findings import Severity, Where
from pgtoll.doctor.network import Way
from pgtoll.store.link import connect
from pgtoll.store.migrations import initialise

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def server(postgres: Postgres) -> Iterator[Postgres]:
    """A server of this run, with schema pgtoll in its first database while the tests last."""
    database = postgres.new_database("approached")
    asyncio.run(initialise(database.dsn))
    yield database
    database.drop_database()


def test_the_proxy_itself_says_where_it_comes_from(server: Postgres, tmp_path: Path) -> None:
    with prepared(server, tmp_path) as (licensing, trust):
        for mode, faults in (("enforce", []), ("observe", ["the proxy refused nothing"])):
            with running_proxy(licensing.database, trust, mode=mode) as proxy:
                clinic = Clinic(licensing.database, proxies=(Listen("127.0.0.1", proxy.port),))
                assert [one.what.split(":")[0] for one in clinic.faults("proxy")] == faults
                assert clinic.report().proxy == "127.0.0.1"
                assert licensing.database.dbname == clinic.report().database


def test_a_proxy_of_another_database_or_none_is_a_problem(server: Postgres, tmp_path: Path) -> None:
    (found,) = Clinic(server, proxies=(Listen("127.0.0.1", free_port()),)).faults("proxy")
    assert (found.severity, found.where) == (Severity.PROBLEM, Where.SHELL)
    assert found.fix[0].startswith("pgtoll serve --listen 127.0.0.1:")
    with prepared(server, tmp_path) as (licensing, _):
        clinic = Clinic(licensing.database, proxies=(Listen("127.0.0.1", server.port),))
        assert "is PostgreSQL itself" in clinic.faults("proxy")[0].what
    with cluster(embedded_binaries() or Path()) as other:
        other.new_database(server.dbname)
        clinic = Clinic(server, proxies=(Listen("127.0.0.1", other.port),))
        assert "another server" in clinic.faults("proxy")[0].what


def test_each_address_of_the_proxy_is_tried(server: Postgres, tmp_path: Path) -> None:
    nobody = Listen("127.0.0.1", free_port())
    options = ("--listen", "127.0.0.2:0")
    with (
        prepared(server, tmp_path) as (licensing, trust),
        running_proxy(licensing.database, trust, options=options) as proxy,
    ):
        here = Listen("127.0.0.1", proxy.port)
        for proxies in ((here, nobody), (nobody, here)):
            clinic = Clinic(licensing.database, proxies=proxies)
            (found,) = clinic.faults("proxy")
            assert f"does not answer at 127.0.0.1:{nobody.port}" in found.what
            assert clinic.report().proxy == "127.0.0.1"
        both = Clinic(licensing.database, proxies=(here, here)).report()
        assert [one.check for one in both.findings].count("proxy") == 1
        assert Clinic(licensing.database, proxies=(Listen("*", proxy.port),)).faults("proxy") == []


@pytest.mark.parametrize(
    ("address", "severity"),
    [
        (None, Severity.OK),
        ("127.0.0.1", Severity.OK),
        ("::1", Severity.OK),
        ("192.0.2.1", Severity.WARNING),
    ],
)
def test_a_way_over_a_network_should_be_encrypted(
    address: str | None, severity: Severity, server: Postgres
) -> None:
    async def look() -> Severity:
        connection = await connect(server.dsn)
        try:
            return in_the_clear(connection, Way(address, address)).severity
        finally:
            await connection.close()

    assert asyncio.run(look()) is severity


def test_a_proxy_for_other_machines_should_offer_tls(server: Postgres, tmp_path: Path) -> None:
    pair = Authority.new(tmp_path).issue("localhost")
    tls = ("--tls", "require", "--tls-cert", str(pair.certificate), "--tls-key", str(pair.key))
    with prepared(server, tmp_path) as (licensing, trust):
        for options, faults in (((), 1), (tls, 0)):
            with running_proxy(licensing.database, trust, options=options) as proxy:
                clinic = Clinic(licensing.database, proxies=(Listen("0.0.0.0", proxy.port),))  # noqa: S104
                found = clinic.faults("encryption")
                assert [one.severity for one in found] == [Severity.WARNING] * faults
                assert not clinic.faults("proxy")

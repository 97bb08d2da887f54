"""The proxy itself says where it comes from; what answers in its place is told apart."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from doctoring import Clinic
from proxies import prepared, running_proxy
from servers import Postgres, cluster, embedded_binaries, free_port

from pgtoll.config import Listen
from pgtoll.doctor.findings import Severity, Where
from pgtoll.migrations import initialise

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
                clinic = Clinic(licensing.database, proxy=Listen("127.0.0.1", proxy.port))
                assert [one.what.split(":")[0] for one in clinic.faults("proxy")] == faults
                assert clinic.report().proxy == "127.0.0.1"
                assert licensing.database.dbname == clinic.report().database


def test_a_proxy_of_another_database_or_none_is_a_problem(server: Postgres, tmp_path: Path) -> None:
    (found,) = Clinic(server, proxy=Listen("127.0.0.1", free_port())).faults("proxy")
    assert (found.severity, found.where) == (Severity.PROBLEM, Where.SHELL)
    assert found.fix[0].startswith("pgtoll serve --listen 127.0.0.1:")
    with prepared(server, tmp_path) as (licensing, _):
        clinic = Clinic(licensing.database, proxy=Listen("127.0.0.1", server.port))
        assert "is PostgreSQL itself" in clinic.faults("proxy")[0].what
    with cluster(embedded_binaries() or Path()) as other:
        other.new_database(server.dbname)
        clinic = Clinic(server, proxy=Listen("127.0.0.1", other.port))
        assert "another server" in clinic.faults("proxy")[0].what

"""Every workload of the benchmark runs, directly and through a proxy."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import psycopg
import pytest
from bench.pgbench import USER, Address
from bench.workloads import Sizes, inserts, shop, workloads
from bench.workloads.messages import asked
from bench.workloads.wire import Wire
from bench.workloads.workload import Workload
from licensing import BASE
from proxies import prepared, running_proxy
from servers import Postgres

pytestmark = pytest.mark.live

SMALL = Sizes(scale=1, rows=20_000, megabytes=2, shapes=100, trace=400, tuples=50)
SECONDS = 0.03
# Those of one query by key differ in options of pgbench only.
SOME = {"select-simple-1", "select-extended-8", "select-prepared-64"}
RUN = [one for one in workloads(SMALL) if one.name in SOME or not one.name.startswith("select-")]


@pytest.fixture(scope="module", params=["licensed", "demo"])
def addresses(
    request: pytest.FixtureRequest, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Address]]:
    """A filled database through a proxy, and once directly."""
    with suppress(psycopg.errors.DuplicateObject):
        postgres.execute(f"CREATE ROLE {USER} LOGIN")
    with prepared(postgres, tmp_path_factory.mktemp("load")) as (licensing, trust):
        database = licensing.database
        database.execute(f"ALTER DATABASE {database.dbname} OWNER TO {USER}")
        for workload in [*workloads(SMALL), *workloads(SMALL)]:  # again, it changes nothing
            workload.fill(database)
        if request.param == "licensed":
            licensing.upload(licensing.vendor.license(BASE))
        with running_proxy(database, trust) as proxy:
            ports = [proxy.port, database.port] if request.param == "licensed" else [proxy.port]
            yield [Address(port, database.dbname) for port in ports]


@pytest.mark.parametrize("workload", RUN, ids=lambda workload: workload.name)
def test_a_workload_runs(workload: Workload, addresses: list[Address]) -> None:
    for address in addresses:
        work = workload.run(address, SECONDS)
        assert work.units > 0
        assert work.seconds > 0
        assert all(each > 0 for each in work.latencies)


def test_nothing_that_is_inserted_stays(addresses: list[Address], postgres: Postgres) -> None:
    database = replace(postgres, dbname=addresses[0].dbname)
    for workload in RUN:
        if workload.name in ("tpcb-8", "copy-in", "orm") or workload.name.startswith("insert"):
            workload.run(addresses[0], SECONDS)
    empty = ["pgbench_history", "sink", *inserts.TABLES]
    expected = dict.fromkeys(empty, 0) | {table.name: shop.ROWS for table in shop.TABLES}
    with database.connect() as connection:
        found = {
            table: connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
            for table in expected
        }
    assert found == {table: (rows,) for table, rows in expected.items()}


def test_an_error_ends_a_run(addresses: list[Address]) -> None:
    for address in addresses:
        missing = pytest.raises(RuntimeError, match='42P01 relation "missing" does not exist')
        with Wire(address) as wire, missing:
            wire.ask(asked("SELECT 1") + asked("SELECT FROM missing"), rounds=2)

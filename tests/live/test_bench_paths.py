"""The benchmark itself: its paths lead to the server, its runs leave files and no process."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from bench.caches import Cache
from bench.leftovers import Leftovers
from bench.measuring import Meter, no_longer_than
from bench.pgbench import USER, Address, Pgbench
from bench.processes import family
from bench.samples import Failure, Sample
from bench.sites import Site, Target, temporary_site
from bench.targets import PROXIES, started
from bench.workloads.workload import Work
from servers import Postgres, system_binaries

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(system_binaries(15) is None, reason="no system PostgreSQL 15"),
    pytest.mark.timeout(600),
]
ROOT = Path(__file__).parent.parent.parent
PLACES = f"{os.environ['PATH']}:/usr/sbin"
PR_SET_CHILD_SUBREAPER = 36  # of prctl(2): what loses its parent below us becomes our child
# The others are started in the same way, and take seconds each.
PATHS = ("direct", "haproxy", "pgbouncer", "pgbouncer-2", "pgpool", "observing", "licensed-2")
SHORT = ["--workloads", "select-simple-1", "--targets", "direct,pgbouncer,licensed"]


def one_row(database: Postgres, _: Pgbench) -> None:
    database.execute(f"CREATE TABLE one AS SELECT 4711 AS id; ALTER TABLE one OWNER TO {USER}")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with temporary_site(1, one_row) as (found, _):
        yield found


def answer(address: Address) -> object:
    where = f"host=127.0.0.1 port={address.port} dbname={address.dbname} sslmode=disable"
    with psycopg.connect(f"{where} user={USER}", autocommit=True) as session:
        row = session.execute("SELECT id FROM one").fetchone()
    assert row is not None
    return row[0]


# Paths


@pytest.mark.parametrize("name", PATHS)
def test_a_path_leads_to_a_copy_of_the_same_database(site: Site, name: str) -> None:
    program = name.removesuffix("-2")
    if program in ("pgbouncer", "haproxy", "pgpool") and shutil.which(program, path=PLACES) is None:
        pytest.skip(f"no {program} here")
    with started(site, [name]) as (target,):
        assert answer(target.address) == 4711
        assert (len(target.pids) > 0) == (name != "direct")
        if name in PROXIES:
            with Cache(target.address) as cache:
                assert cache.counts()[1] >= 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in target.pids)


# Runs that come to nothing


class Load:
    """A workload that does what the test wants."""

    name, title, unit, clients = "load", "a load", "query", 1

    def __init__(self, units: int = 1, seconds: float = 0.0, error: str = "") -> None:
        self.units, self.seconds, self.error = units, seconds, error

    def fill(self, database: Postgres) -> None:
        """Nothing is needed."""

    def run(self, address: Address, seconds: float) -> Work:
        if self.error:
            raise RuntimeError(self.error)
        time.sleep(self.seconds)
        return Work(self.units, 1.0, ())


@pytest.fixture
def meter(site: Site) -> Iterator[Meter]:
    where = Address(site.server.port, site.server.dbname)
    with Leftovers(site.server) as left:
        yield Meter(Target("direct", where, 0, Path(os.devnull)), left, None)


def test_a_run_is_told_with_its_units(meter: Meter) -> None:
    found = meter.outcome(Load(7), 3, 1.0)
    assert isinstance(found, Sample)
    assert found.unrest is not None
    assert replace(found, unrest=None) == Sample("load", "direct", 3, 7, 1.0, 0.0, 0.0)


def test_a_run_that_fails_is_told_with_the_first_line_of_the_reason(meter: Meter) -> None:
    found = meter.outcome(Load(error="refused\nwith more"), 1, 1.0)
    assert found == Failure("load", "direct", "refused")


def test_a_run_that_does_nothing_has_failed(meter: Meter) -> None:
    assert isinstance(meter.outcome(Load(0), 1, 1.0), Failure)


def test_a_run_that_leaves_a_transaction_open_has_failed(site: Site, meter: Meter) -> None:
    with site.server.connect() as session:
        session.execute("BEGIN")
        found = meter.outcome(Load(), 1, 1.0)
    assert found == Failure("load", "direct", "it left 1 transactions open")
    assert isinstance(meter.outcome(Load(), 1, 1.0), Sample)


def test_what_takes_too_long_is_given_up() -> None:
    with pytest.raises(TimeoutError, match=r"0\.05 seconds"), no_longer_than(0.05):
        time.sleep(5)


def test_what_is_done_in_time_is_not_disturbed_later() -> None:
    with no_longer_than(0.05):
        pass
    time.sleep(0.1)


# The whole command


def bench(*options: str) -> subprocess.Popen[str]:
    places = [str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-m", "bench", *options],
        env=os.environ | {"PYTHONPATH": ":".join(places)},
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
    )


def finished(*options: str) -> tuple[int, str]:
    with bench(*options) as process:
        said, _ = process.communicate()
    return process.returncode, said


def test_a_run_leaves_its_files_and_can_be_compared(tmp_path: Path) -> None:
    whole = [*SHORT, "--rounds", "1", "--seconds", "0.2", "--idle", "20", "--out", str(tmp_path)]
    status, said = finished(*whole)
    assert status == 0, said
    assert "| kB of an idle connection" in said
    there = {file.name for file in tmp_path.iterdir()}
    assert there == {
        "latest.json",
        "table.md",
        "cpu-ratios.svg",
        "throughput.svg",
        "idle.svg",
    }
    again = str(tmp_path / "latest.json")
    status, said = finished("--read", again, "--compare", again)
    assert status == 0
    assert "Compared with the run of" in said


def test_a_file_without_results_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    assert finished("--read", str(tmp_path / "other.json"))[0] == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_says_what_is_missing_and_leaves_no_process(
    number: signal.Signals, tmp_path: Path
) -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    before = set(family(os.getpid()))
    options = [*SHORT, "--rounds", "50", "--idle", "0", "--out", str(tmp_path)]
    with bench(*options) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "round 1 of" in line:
                break
        process.send_signal(number)
        said = process.stdout.read()
    assert process.returncode != 0
    assert "Not complete: " in said
    assert list(tmp_path.iterdir()) == []
    assert set(family(os.getpid())) <= before

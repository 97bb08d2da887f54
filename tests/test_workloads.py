"""The workloads' own arithmetic; they are run in tests/live/test_workloads.py."""

from pathlib import Path

import pytest
from bench.pgbench import Address
from bench.workloads import WORKLOADS
from bench.workloads.at_once import Done, added, loop
from bench.workloads.copies import Copy
from bench.workloads.messages import BINARY, asked
from bench.workloads.pgbench_log import logged
from bench.workloads.with_pgbench import PgbenchLoad, read_report
from bench.workloads.workload import Work, sample
from servers import free_port

REPORT = "number of transactions actually processed: 500/500\ntps = 250.0 ({} time)\n"
UNITS = {"query", "transaction", "row", "MB", "connection", "statement"}


def test_workloads_have_names_of_their_own() -> None:
    assert len({workload.name for workload in WORKLOADS}) == len(WORKLOADS)
    assert {workload.unit for workload in WORKLOADS} <= UNITS


@pytest.mark.parametrize("counted", ["without initial connection", "including reconnection"])
def test_a_report_gives_transactions_and_seconds(counted: str) -> None:
    assert read_report(REPORT.format(counted), [1.5]) == Work(500, 2.0, (1.5,))


def test_a_report_of_nothing_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="did nothing"):
        read_report("tps = 0.000000 (without initial connection time)", [])


def test_a_sample_is_taken_from_all_over() -> None:
    assert sample([1.0, 2.0]) == (1.0, 2.0)
    assert sample(range(10), most=4) == (0, 3, 6, 9)
    assert sample([]) == ()


def test_logged_transactions_are_read_from_all_files(tmp_path: Path) -> None:
    (tmp_path / "log.7").write_text("0 1 1250 0 1795421327 12358\n")
    (tmp_path / "log.7.1").write_text("1 1 80 0 1795421327 12358\n")
    assert list(logged(tmp_path, reconnecting=False)) == [1.25, 0.08]


def test_who_reconnects_is_timed_from_end_to_end(tmp_path: Path) -> None:
    lines = ["0 1 5 0 10 900000", "1 1 5 0 10 950000", "0 2 5 0 11 100000", "1 2 5 0 11 0"]
    (tmp_path / "log.7").write_text("\n".join(lines))
    assert list(logged(tmp_path, reconnecting=True)) == pytest.approx([200.0, 50.0])


def test_a_short_run_is_a_number_of_transactions() -> None:
    load = PgbenchLoad("x", "x", "query", 8, scale=1)
    assert load.options(0.25)[-2:] == ["-t", "25"]
    assert load.options(5.0)[-2:] == ["-T", "5"]
    assert load.options(0.001)[-2:] == ["-t", "1"]


def test_what_clients_did_is_added_up() -> None:
    found = added([Done(3, 10.0, 12.0, [1.0]), Done(4, 10.5, 13.0, [2.0, 3.0])])
    assert found == Work(7, 3.0, (1.0, 2.0, 3.0))


def test_a_client_takes_at_least_one_step() -> None:
    done = loop(lambda: 0.0, lambda: 5)
    assert (done.units, len(done.latencies)) == (5, 1)
    assert done.ended - done.began == pytest.approx(done.latencies[0] / 1e3)


def test_a_client_that_fails_ends_the_run() -> None:
    with pytest.raises(RuntimeError, match="ConnectionRefusedError"):
        Copy("x", "x", 1, inward=False).run(Address(free_port(), "x"), 0.1)


def test_a_statement_is_asked_with_its_values() -> None:
    assert asked("SELECT $1, $2", ["ab", None], BINARY) == (
        b"P\0\0\0\x15\0SELECT $1, $2\0\0\0"
        b"B\0\0\0\x18\0\0\0\0\0\2\0\0\0\2ab\xff\xff\xff\xff\0\1\0\1"
        b"D\0\0\0\6P\0E\0\0\0\x09\0\0\0\0\0S\0\0\0\4"
    )

"""The benchmark's own arithmetic; its programs are run by `make bench`."""

import sys
from pathlib import Path

import pytest
from bench.pgbench import Load, parse_report
from bench.processes import Clock, clock, cpu_seconds, program, resident_kilobytes, wait_for
from bench.surroundings import surroundings
from bench.table import columns, markdown
from servers import free_port

pytestmark = pytest.mark.live

REPORT = """\
transaction type: <builtin: select only>
number of transactions actually processed: 12345
number of failed transactions: 0 (0.000%)
latency average = 0.512 ms
initial connection time = 12.345 ms
tps = 15625.123456 (without initial connection time)
"""
SPIN = "import time\nfor _ in range(20_000_000): pass\nprint('spun', flush=True)\ntime.sleep(2)"
HOLD = "import time\nx = bytearray(b'x' * 30_000_000)\nprint('held', flush=True)\ntime.sleep(60)"


def test_a_report_gives_its_three_numbers() -> None:
    assert parse_report(REPORT) == Load(transactions=12345, tps=15625.123456, latency_ms=0.512)


def test_a_report_without_a_number_is_an_error() -> None:
    with pytest.raises(ValueError, match="transactions actually processed"):
        parse_report("tps = 1.0")


def test_numbers_stand_to_the_right_and_words_to_the_left() -> None:
    table = columns(["what", "tps"], [["a", "1,000"], ["longer", "9.5"], ["b", "-"]])
    assert table.splitlines() == [
        "what    tps",
        "------  -----",
        "a       1,000",
        "longer    9.5",
        "b           -",
    ]


def test_a_table_in_markdown_can_be_read_as_it_is() -> None:
    assert markdown(["path", "CPU"], [["direct", "1"], ["demo", "12.5"]]).splitlines() == [
        "| path   |  CPU |",
        "| ------ | ---: |",
        "| direct |    1 |",
        "| demo   | 12.5 |",
    ]


def test_cpu_time_includes_that_of_descendants(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with program(["/bin/sh", "-c", f'{sys.executable} -c "{SPIN}"; true'], log) as shell:
        wait_for("spun", shell, log)
        assert cpu_seconds(shell.pid) > 0.1


def test_a_program_that_ends_early_is_not_waited_for(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with program(["false"], log) as process, pytest.raises(RuntimeError, match="not ready"):
        wait_for("listening", process, log)


def test_a_program_is_ended_with_its_context(tmp_path: Path) -> None:
    with program(["sleep", "60"], tmp_path / "log") as process:
        assert process.poll() is None
    assert process.returncode is not None


def test_time_is_divided_as_the_ticks_are() -> None:
    user, system = Clock(3.0, user=130, system=410).since(Clock(1.0, user=100, system=400))
    assert (user, system) == (1.5, 0.5)


def test_time_without_a_tick_is_not_divided_by_zero() -> None:
    assert Clock(1.0, 5, 5).since(Clock(1.0, 5, 5)) == (0.0, 0.0)


def test_a_program_that_computes_is_seen_to_do_so_in_user_mode(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with program([sys.executable, "-c", SPIN], log) as process:
        before = clock(process.pid)
        wait_for("spun", process, log)
        user, system = clock(process.pid).since(before)
    assert user > 0.1
    assert user > system


def test_a_process_that_has_ended_has_used_nothing_and_holds_nothing(tmp_path: Path) -> None:
    with program(["true"], tmp_path / "log") as process:
        process.wait()
    assert cpu_seconds(process.pid) == 0
    assert resident_kilobytes(process.pid) == 0


def test_what_a_program_allocates_is_seen(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with program([sys.executable, "-c", HOLD], log) as process:
        wait_for("held", process, log)
        assert resident_kilobytes(process.pid) > 29_000


def test_a_port_is_waited_for(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()
    listen = f"import socket, time\ns = socket.create_server(('127.0.0.1', {port}))\ntime.sleep(60)"
    with program([sys.executable, "-c", listen], log) as process:
        wait_for(port, process, log)
        assert process.poll() is None


def test_a_port_that_nobody_opens_is_not_waited_for(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()
    with program(["true"], log) as process, pytest.raises(RuntimeError, match="not ready"):
        wait_for(port, process, log)


def test_a_reader_is_told_what_was_measured_where() -> None:
    about = surroundings()
    assert {"machine", "system", "python", "pgtoll", "uvloop", "build", "commit"} <= set(about)
    assert about["build"].startswith(("compiled", "pure"))
    assert all(about.values())

"""The benchmark's own arithmetic; its programs are run by `make bench`."""

import os
import sys
from pathlib import Path

import pytest
from bench.pgbench import Load, parse_report
from bench.pgbench_table import Sample, ratios, row
from bench.processes import cpu_seconds, program, wait_for
from bench.table import columns
from bench.targets import fact_cache

pytestmark = pytest.mark.live

REPORT = """\
transaction type: <builtin: select only>
number of transactions actually processed: 12345
number of failed transactions: 0 (0.000%)
latency average = 0.512 ms
initial connection time = 12.345 ms
tps = 15625.123456 (without initial connection time)
"""
SPIN = "import sys\nfor _ in range(20_000_000): pass\nprint('spun', flush=True)\nsys.stdin.read()"


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


def test_ratios_compare_within_a_round() -> None:
    slow = {("simple", "direct"): _sample(tps=100), ("simple", "demo"): _sample(tps=50)}
    fast = {("simple", "direct"): _sample(tps=1000), ("simple", "demo"): _sample(tps=800)}
    found = ratios([slow, fast], ("simple", "demo"), "direct", lambda sample: sample.load.tps)
    assert found == [0.5, 0.8]


def test_a_row_without_its_yardstick_has_dashes() -> None:
    taken = {("simple", "demo"): _sample(tps=500, cpu=0.01)}
    assert row([taken], "simple", "demo") == [
        "simple",
        "demo",
        "10.0",
        "10.0",
        "-",
        "-",
        "500",
        "-",
    ]


def test_the_counters_of_all_workers_are_added(tmp_path: Path) -> None:
    log = tmp_path / "log"
    line = "statements judged=50 facts hits exact=40 shape=9 misses=1\n"
    log.write_text("listening on 127.0.0.1:1\n" + line + line)
    assert fact_cache(log) == (
        "100 statements judged; facts found by text 80.00%, by shape 18.00%, read anew 2.0000% (2)"
    )


def test_a_proxy_that_reports_nothing_is_said_to() -> None:
    assert fact_cache(Path(os.devnull)) == "nothing reported"


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


def _sample(*, tps: float, cpu: float = 0.0) -> Sample:
    return Sample(Load(transactions=1000, tps=tps, latency_ms=1.0), cpu)

"""What the benchmark tells of a machine that was not its own, and of runs that were slow."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE

import pytest
from bench.disturbances import disturbances, footnotes
from bench.processes import cpu_seconds
from bench.report import brief, whole
from bench.results import Results, Subject, read, write
from bench.samples import Sample
from bench.unrest import Moment, Unrest, moment, processors
from proxies import eventually

pytestmark = pytest.mark.live

QUIET = Unrest(there=6.0, stolen=0.0, others=0.1, idle=1.0, waited=0.5, pressed=2.0)
BEFORE = Moment(10.0, 100.0, 50.0, 5.0, 40.0, 7.0, {1: 1.0, 2: 2.0})
SPIN = "while True: pass"
SECONDS = 30.0


def results(*samples: Sample) -> Results:
    return Results(
        surroundings={"machine": "a machine"},
        settings={"rounds": len(samples), "seconds": 1, "idle": 0},
        began="2026-01-01 12:00",
        workloads={"select-prepared-8": Subject("pgbench -S", "query", 8)},
        targets={"licensed-2": "two workers"},
        expected=len(samples),
        samples=list(samples),
    )


def rounds(*runs: tuple[int, Unrest | None]) -> Results:
    return results(
        *(
            Sample("select-prepared-8", "licensed-2", number, units, 1.0, 0.1, 0.1, unrest=unrest)
            for number, (units, unrest) in enumerate(runs, start=1)
        )
    )


# Two readings


def test_what_others_used_is_what_programs_used_without_our_own() -> None:
    after = replace(BEFORE, seconds=13.0, busy=105.0, own=41.0, idle=50.5, stolen=5.25)
    found = after.since(BEFORE)
    assert (found.others, found.idle, found.stolen) == (4.0, 0.5, 0.25)
    assert found.there == 3.0 * processors()


def test_counts_in_ticks_make_nothing_negative() -> None:
    assert replace(BEFORE, busy=100.5, own=41.0).since(BEFORE).others == 0


def test_threads_that_came_and_went_have_waited_as_long_as_is_known() -> None:
    after = replace(BEFORE, waits={2: 2.5, 3: 0.25})
    assert after.since(BEFORE).waited == 0.75


def test_where_nobody_counts_pressure_none_is_told() -> None:
    assert replace(BEFORE, pressed=None).since(BEFORE).pressed is None
    assert replace(BEFORE, pressed=8.5).since(BEFORE).pressed == 1.5


# Real programs


@contextmanager
def orphan() -> Iterator[int]:
    """A program that computes and is nobody's child that we would know of."""
    start = "import os, signal\npid = os.fork()\nif pid: print(pid, flush=True); os._exit(0)\n"
    alone = f"signal.alarm({SECONDS:.0f})\nos.closerange(0, 3)\n"
    run = subprocess.run([sys.executable, "-c", start + alone + SPIN], stdout=PIPE, check=True)
    pid = int(run.stdout)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)


@contextmanager
def rivals() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two programs that compute on the same processor."""
    place = f"import os; os.sched_setaffinity(0, [{min(os.sched_getaffinity(0))}])\n"
    both = [subprocess.Popen([sys.executable, "-c", place + SPIN]) for _ in range(2)]
    try:
        yield both
    finally:
        for one in both:
            one.kill()
            one.wait()


def test_a_program_of_somebody_else_is_seen() -> None:
    with orphan() as pid:
        before, used = moment([]), cpu_seconds(pid)
        assert eventually(lambda: cpu_seconds(pid) > used + 0.5, within=SECONDS)
        assert moment([]).since(before).others > 0.2


def test_who_is_ready_and_has_no_processor_is_seen_to_wait() -> None:
    with rivals() as both:
        pids = [one.pid for one in both]
        before = moment(pids)
        used = [cpu_seconds(pid) + 0.3 for pid in pids]
        assert eventually(
            lambda: all(cpu_seconds(pid) > each for pid, each in zip(pids, used, strict=True)),
            within=SECONDS,
        )
        assert moment(pids).since(before).waited > 0.2


def test_a_program_that_has_ended_has_no_threads() -> None:
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
        assert moment([ended.pid]).waits == {}


# What is said


def test_a_run_of_a_quiet_machine_needs_no_words() -> None:
    found = rounds((1000, QUIET), (600, QUIET), (1000, None))
    assert disturbances(found) == []
    assert "†" not in whole(found)
    assert "Disturbed" not in brief(found)


@pytest.mark.parametrize(
    "unrest", [replace(QUIET, stolen=0.6), replace(QUIET, others=0.7), replace(QUIET, others=5.0)]
)
def test_a_run_that_others_disturbed_has_a_footnote(unrest: Unrest) -> None:
    found = rounds((1000, QUIET), (900, unrest), (1000, QUIET))
    assert [one.sample.round for one in disturbances(found)] == [2]
    assert "| licensed-2 † |" in whole(found)


def test_a_slow_run_has_one_though_nothing_disturbed_it() -> None:
    found = rounds((1000, QUIET), (1000, None), (499, QUIET))
    assert footnotes(found, "select-prepared-8", "licensed-2") == [
        "† licensed-2, round 3: 50% of the usual rate; of the CPU time 0% stolen by the host, "
        "2% other programs', 17% nobody's; the path's threads waited 0.50 s for a processor"
    ]


def test_a_slow_run_of_an_older_file_is_told_as_far_as_it_is_known() -> None:
    text = brief(rounds((1000, None), (1000, None), (40, None)))
    assert "- select-prepared-8 on licensed-2, round 3: 4% of the usual rate\n" in text + "\n"


def test_unrest_is_kept_with_its_run(tmp_path: Path) -> None:
    file = tmp_path / "latest.json"
    found = rounds((1000, QUIET), (1000, None))
    write(found, file)
    assert read(file) == found

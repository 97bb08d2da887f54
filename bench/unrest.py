"""What else the machine did during a run: other programs, and other machines of the same host.

A run that was slow because something else had the processors is told from one in which a path let
its clients wait (proc_stat(5), proc_pid_schedstat(5), the kernel's Documentation/accounting/psi).
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.processes import TICKS_PER_SECOND, cpu_seconds, family

PROC = Path("/proc")
NANOSECONDS = 1e9
MICROSECONDS = 1e6


@dataclass(frozen=True, slots=True)
class Unrest:
    """What became of the CPU time that there was during a run, in seconds.

    The counts of the machine come in ticks of 10 ms, so that little means nothing.
    """

    there: float  # of all processors together
    stolen: float  # by other machines of the host
    others: float  # used by programs that are none of the benchmark's
    idle: float  # used by nobody
    waited: float  # that the threads of the path were ready to run, each, and had no processor
    pressed: float | None  # in which any thread of the machine was; None where nobody counts it

    @property
    def disturbing(self) -> float:
        """The share of the time that neither the benchmark had nor could have had."""
        return (self.stolen + self.others) / self.there


@dataclass(frozen=True, slots=True)
class Moment:
    """The counts of the machine, and those of the threads of some programs."""

    seconds: float  # of a clock that is never set
    busy: float  # CPU seconds used by programs
    idle: float
    stolen: float
    own: float  # used by the benchmark and all that it has started
    pressed: float | None
    waits: Mapping[int, float]  # by thread

    def since(self, before: "Moment") -> Unrest:
        """Return what became of the time between two moments."""
        used = self.busy - before.busy
        return Unrest(
            there=(self.seconds - before.seconds) * processors(),
            stolen=self.stolen - before.stolen,
            others=max(0.0, used - (self.own - before.own)),
            idle=self.idle - before.idle,
            waited=sum(now - before.waits.get(each, 0.0) for each, now in self.waits.items()),
            pressed=_difference(self.pressed, before.pressed),
        )


def moment(pids: Sequence[int]) -> Moment:
    """Read all counts; `pids` are the programs in between."""
    # user, nice, system, idle, iowait, irq, softirq, steal: what interrupts take is nobody's.
    line = (PROC / "stat").read_text(encoding="ascii").partition("\n")[0]
    ticks = [int(word) / TICKS_PER_SECOND for word in line.split()[1:9]]
    return Moment(
        seconds=time.monotonic(),
        busy=sum(ticks[:3]),
        idle=sum(ticks[3:5]),
        stolen=ticks[7],
        own=cpu_seconds(os.getpid()),
        pressed=_pressed(),
        waits={
            thread: seconds
            for pid in pids
            for member in family(pid)
            for thread, seconds in _waits(member)
        },
    )


def processors() -> int:
    """Return how many processors the machine has, whichever of them are ours."""
    return os.cpu_count() or 1


def _pressed() -> float | None:
    """Return for how long, since the machine runs, a thread had no processor; None: not counted."""
    with suppress(OSError):
        some = (PROC / "pressure" / "cpu").read_text(encoding="ascii").partition("\n")[0]
        return int(some.rpartition("total=")[2]) / MICROSECONDS
    return None


def _waits(pid: int) -> Iterator[tuple[int, float]]:
    """Yield for how long each thread of a process waited for a processor."""
    with suppress(OSError):  # the process has ended
        for task in (PROC / str(pid) / "task").iterdir():
            with suppress(OSError, IndexError):  # the thread has, or the kernel keeps no account
                words = (task / "schedstat").read_text(encoding="ascii").split()
                yield int(task.name), int(words[1]) / NANOSECONDS


def _difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before

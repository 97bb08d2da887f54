"""Programs under measurement: started, waited for, their CPU time and memory read, ended by id."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from servers import end_with_us

READY_SECONDS = 90.0  # on a machine that has much else to do
END_SECONDS = 15.0
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def account() -> str | None:
    """Return the account for programs that do not run as root; None when we are not root."""
    return "postgres" if os.geteuid() == 0 else None


@contextmanager
def program(
    command: Sequence[str], log: Path, *, account: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program while the context lasts; what it prints goes to `log`."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            user=account,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_us,
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End one program: politely, then not."""
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(sign: str | int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once a line stands in the log, or somebody listens on a port of ours.

    Raises RuntimeError when the program ends or takes too long.
    """
    deadline = time.monotonic() + READY_SECONDS
    while not (_listens(sign) if isinstance(sign, int) else sign in _said(log)):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} is not ready:\n{_said(log)}")
        time.sleep(0.05)


def _said(log: Path) -> str:
    return log.read_text(errors="replace")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True, slots=True)
class Clock:
    """What a process and all its descendants have used of the CPU so far.

    The kernel knows the sum to the nanosecond. How it is divided it tells in ticks, so that only
    the shares of two readings some time apart mean something.
    """

    seconds: float  # in user and kernel mode
    user: int  # ticks
    system: int

    def since(self, before: "Clock") -> tuple[float, float]:
        """Return the seconds in user mode and those in the kernel between two readings."""
        used, ticks = self.seconds - before.seconds, self.user - before.user
        share = ticks / max(1, ticks + self.system - before.system)
        return used * share, used * (1 - share)


def clock(pid: int) -> Clock:
    """Read the CPU time of a process and its descendants; those that have ended count as well."""
    members = family(pid)
    times = [_times(member) for member in members]
    ended = sum(sum(each[2:]) for each in times) / TICKS_PER_SECOND
    running = sum(map(_exact_seconds, members))
    return Clock(
        ended + running,
        sum(each[0] + each[2] for each in times),
        sum(each[1] + each[3] for each in times),
    )


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process and all its descendants have used so far."""
    return clock(pid).seconds


def resident_kilobytes(pid: int) -> float:
    """Return the memory of a process and its descendants; what several share counts once.

    Programs and libraries do not count. Each other page is divided among the processes that have
    it (Pss_Anon and Pss_Shmem of /proc/PID/smaps_rollup).
    """
    return sum(map(_proportional, family(pid)))


def _proportional(pid: int) -> float:
    with suppress(OSError):  # it has ended
        found = re.findall(r"^Pss_(?:Anon|Shmem):\s+(\d+) kB", _read(pid, "smaps_rollup"), re.M)
        return float(sum(map(int, found)))
    return 0.0


def _exact_seconds(pid: int) -> float:
    """Return the CPU time of all threads of a process, by its clock (see clock_getcpuclockid)."""
    with suppress(OSError):  # it has ended, and its parent knows
        return time.clock_gettime(~pid << 3 | 2)
    return 0.0


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    parents = {child: _stat(child)[1] for child in _everybody()}
    members = [pid]
    for member in members:
        members += [child for child, parent in parents.items() if parent == str(member)]
    return members


def _everybody() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _times(pid: int) -> list[int]:
    """Return utime, stime, cutime and cstime, in ticks: fields 14 to 17 of /proc/PID/stat."""
    return [int(field) for field in _stat(pid)[11:15]]


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third on: state, parent, ... (zeros: gone)."""
    try:
        stat = _read(pid, "stat")
    except OSError:
        return ["0"] * 15
    return stat.rpartition(")")[2].split()


def _read(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()

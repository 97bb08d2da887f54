"""Programs under measurement: started, waited for, their CPU time read, ended by their own id."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

READY_SECONDS = 30.0
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
            command, user=account, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
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


def wait_for(line: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once `line` stands in the log; raise when the program ends or takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    while line not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} is not ready:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process and all its descendants have used so far.

    Children that have ended count too, through the times the kernel hands to their parent.
    """
    ticks = sum(sum(_times(member)) for member in _family(pid))
    return ticks / TICKS_PER_SECOND


def _family(pid: int) -> list[int]:
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
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ["0"] * 15
    return stat.rpartition(")")[2].split()

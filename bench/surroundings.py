"""Where and what was measured: the machine, the versions of all programs, the commit, the build."""

import os
import platform
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from bench.licenses import PGTOLL
from bench.sites import postgres_15

ROOT = Path(__file__).parent.parent
BUSY = 0.5  # load average from which on somebody else is at work
PACKAGES = ("pgtoll", "uvloop", "psycopg", "asyncpg", "postgast", "sqlglot")


def surroundings() -> dict[str, str]:
    """Return what a reader has to know of where the figures come from, by title."""
    return {
        "machine": f"{_processor()}, {_cores()} cores, {_memory()} GB",
        "system": f"{_distribution()}, Linux {platform.release()}",
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in PACKAGES},
        "build": build(),
        "commit": commit(),
        **_programs(),
    }


def machine() -> str:
    """Return the machine and the versions, for the head of a table."""
    versions = [
        f"Python {platform.python_version()}",
        f"pgtoll {metadata.version('pgtoll')}",
        f"uvloop {metadata.version('uvloop')}",
        _first_line(str(postgres_15() / "postgres"), "--version"),
        _first_line("/usr/sbin/pgbouncer", "--version"),
    ]
    return f"{_cores()} cores, Linux {platform.release()}; " + ", ".join(versions)


def busy() -> str:
    """Return a warning if something else is at work here; nothing if all is quiet."""
    load = os.getloadavg()[0]
    if load < BUSY:
        return ""
    return f"load average {load:.1f}: something else is at work here, and the figures will spread"


def build() -> str:
    """Return whether the proxy that is measured is compiled."""
    found = re.search(r"\((.*)\)", _first_line(PGTOLL, "--version"))
    return found[1] if found else "unknown"


def commit() -> str:
    """Return the commit of the checkout, and whether it has been changed since."""
    head = _git("rev-parse", "--short=12", "HEAD")
    changes = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/results")
    return f"{head}, with changes" if changes else head or "unknown"


def _git(*arguments: str) -> str:
    """Return what git says, nothing if it fails: a source archive has no history."""
    command = ["git", "-c", "safe.directory=*", *arguments]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return run.stdout.strip() if run.returncode == 0 else ""


def _programs() -> dict[str, str]:
    """Return the versions of the programs that are not Python's."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin"
    found = {"postgres": _first_line(str(postgres_15() / "postgres"), "--version")}
    for name, option in (("pgbouncer", "--version"), ("haproxy", "-v"), ("pgpool", "--version")):
        if path := shutil.which(name, path=places):
            found[name] = _version(_first_line(path, option))
    found["postgres"] = _version(found["postgres"])
    return found


def _version(line: str) -> str:
    found = re.search(r"\d+\.\d[^ ]*", line)
    return found[0] if found else line


def _first_line(*command: str) -> str:
    """Return what a program prints first; Pgpool-II tells its version to stderr."""
    run = subprocess.run(
        command,
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return run.stdout.splitlines()[0]


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _processor() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", sys.platform)
    except OSError:
        return sys.platform

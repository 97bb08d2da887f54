"""A small system with systemd as its first process, in which a unit is installed and started.

Its programs are this machine's (/usr, which it cannot change); what it is told and what it keeps is
its own and gone at the end. The network is this machine's, so that PostgreSQL is where it is.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from programs import children
from proxies import eventually

ROOT = Path(__file__).parents[1]
BOOT_SECONDS = 90.0
ACCOUNTS = {
    "passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    "group": "root:x:0:\nnogroup:x:65534:\n",
    # As on a system without libnss-systemd: accounts of the moment are in no list.
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "hosts": "127.0.0.1 localhost\n",
    "machine-id": "0" * 31 + "1\n",
    "os-release": "ID=test\n",
}
# Python is not where it was built to be, so the linker is told where its library is.
PROGRAM = """#!/bin/sh
LD_LIBRARY_PATH=/opt/python/lib exec /opt/pgtoll/bin/python -m pgtoll "$@"
"""


@dataclass(frozen=True)
class System:
    """A system that runs: `process` is its first one, as this machine numbers it."""

    process: int
    etc: Path

    def run(self, *command: str | Path, said: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command in it, as its root."""
        inside = ["nsenter", "--target", str(self.process), "--all", "env", "-i", "--chdir=/root"]
        return subprocess.run(
            [*inside, "PATH=/usr/sbin:/usr/bin", *command],
            input=said,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def told(self, *command: str | Path) -> str:
        """Run a command that must succeed, and return what it said."""
        done = self.run(*command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}{self.journal()}"
        return done.stdout

    def journal(self, unit: str = "pgtoll") -> str:
        """Return what a unit and systemd have said of it."""
        return self.run("journalctl", "--no-pager", "--output=cat", f"--unit={unit}").stdout

    def shows(self, name: str, unit: str = "pgtoll") -> str:
        """Return a property of a unit."""
        return self.told("systemctl", "show", "--value", f"--property={name}", unit).strip()


def cannot_boot() -> str:
    """Return why no system can be booted here; nothing if one can."""
    if os.geteuid() != 0:
        return "only root can boot a system"
    if shutil.which("systemd-nspawn") is None:
        return "no systemd-nspawn: sudo apt-get install systemd-container"
    tried = subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], check=False)
    return "" if tried.returncode == 0 else "this machine gives no namespaces"


@contextmanager
def booted() -> Iterator[System]:
    """Boot a system that has the program in /opt/pgtoll, and docker/ in /root. Ends all of it."""
    with tempfile.TemporaryDirectory(prefix="pgtoll-boot-", dir="/var/tmp") as made:
        place = Path(made)
        etc, program = place / "etc", place / "pgtoll"
        for name, text in ACCOUNTS.items():
            _write(etc / name, text)
        (etc / "systemd" / "system").mkdir(parents=True)
        _environment(program)
        shutil.copytree(ROOT / "docker", place / "root" / "docker")
        log = place / "console"
        with log.open("wb") as console:
            process = subprocess.Popen(_boot(etc, program, place / "root"), stdout=console,
                                       stderr=console, stdin=subprocess.DEVNULL)  # fmt: skip
            try:
                yield _when_booted(process, etc, log)
            finally:
                _end(process)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _boot(etc: Path, program: Path, home: Path) -> list[str]:
    binds = {
        "/opt/python": Path(sys.base_prefix),
        "/opt/packages": Path(sysconfig.get_path("platlib")),
        "/opt/source/proxy": ROOT / "proxy",
        "/opt/source/policy": ROOT / "policy",
        "/opt/pgtoll": program,
    }
    # Where systemd does not run already nobody could be asked for a place among its processes.
    alone = () if Path("/run/systemd/system").is_dir() else ("--keep-unit",)
    return [
        "systemd-nspawn", "--directory=/", "--volatile=yes", "--register=no", *alone,
        "--console=pipe", f"--machine=pgtoll-{token_hex(4)}",
        f"--bind={etc}:/etc", f"--bind={home}:/root",
        *(f"--bind-ro={source}:{target}" for target, source in binds.items()),
        "--resolv-conf=off", "--timezone=off", "--boot", "systemd.log_target=journal",
    ]  # fmt: skip


def _environment(place: Path) -> None:
    """Make the virtual environment that has this checkout's program, at its place inside."""
    library = place / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    _write(place / "pyvenv.cfg", "home = /opt/python/bin\n")
    _write(library / "pgtoll.pth", "/opt/source/proxy\n/opt/source/policy\n/opt/packages\n")
    _write(place / "bin" / "pgtoll", PROGRAM)
    (place / "bin" / "pgtoll").chmod(0o755)
    interpreter = f"/opt/python/bin/python3.{sys.version_info.minor}"
    (place / "bin" / "python").symlink_to(interpreter)
    for folder in (place.parent, place):
        folder.chmod(0o755)


def _when_booted(process: subprocess.Popen[bytes], etc: Path, log: Path) -> System:
    def up() -> bool:
        assert process.poll() is None, log.read_text(errors="replace")
        first = next(iter(children(process.pid)), 0)
        if not first:
            return False
        asked = System(first, etc).run("systemctl", "is-system-running")
        return asked.stdout.strip() in ("running", "degraded")

    assert eventually(up, within=BOOT_SECONDS), log.read_text(errors="replace")
    return System(next(iter(children(process.pid))), etc)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Have it shut down; what does not end is ended, and all that is in it with it."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

